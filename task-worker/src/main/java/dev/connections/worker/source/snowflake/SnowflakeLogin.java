package dev.connections.worker.source.snowflake;

import dev.connections.connection.ClientConfiguration.Snowflake;
import dev.connections.connection.Credential;
import dev.connections.json.Json;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.http.AccessTokens;
import dev.connections.worker.source.http.PrivateKeyFile;
import dev.connections.worker.source.http.SignedToken;
import dev.connections.worker.source.http.TokenGrant;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.interfaces.RSAPrivateCrtKey;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What a request proves itself with. Source: Snowflake's guide of its SQL API, "Authenticating to the server". */
abstract sealed class SnowflakeLogin implements AutoCloseable {
    /** How Snowflake calls the kind of token, which a request says. */
    abstract String kind();

    /** The token of now. */
    abstract String token() throws Exception;

    /** Whether a refused token is replaced; it may have run out while nobody looked. */
    boolean renews() {
        return false;
    }

    /** What to look at where it is refused; empty for nothing. */
    String hint() {
        return "";
    }

    /** Whether a text repeats what must not be shown, besides the connection's secrets as they are. */
    boolean isRepeatedBy(String text) {
        return false;
    }

    @Override
    public void close() {}

    /**
     * The login of a connection.
     *
     * @throws RunFailedException where it has none that Snowflake's SQL API takes
     */
    static SnowflakeLogin of(Snowflake account, SourceDialer dialer, Execution execution) {
        return switch (account.credential()) {
            case Credential.UsernamePassword user -> new Given(user);
            case Credential.KeyPair pair -> new Signed(account.host(), pair);
            case Credential.OAuthWithSecret client -> {
                if (client.authorityUrl() == null) {
                    throw failed("a client secret needs an authorityUrl: the token endpoint of the authority that the"
                            + " account trusts (a security integration of the type EXTERNAL_OAUTH)");
                }
                yield new OAuth(AccessTokens.of(dialer, execution, TokenGrant.toClient(client)));
            }
            case Credential.OAuthWithCertificate client ->
                new OAuth(AccessTokens.of(dialer, execution, TokenGrant.toClient(client)));
            case Credential.AccessToken other -> throw unexpected();
            case Credential.ServiceAccountKey other -> throw unexpected();
            case Credential.AccessKey other -> throw unexpected();
        };
    }

    private static IllegalStateException unexpected() {
        return new IllegalStateException("the contract has no such credential for Snowflake");
    }

    private static RunFailedException failed(String message) {
        return new RunFailedException(ErrorCode.AUTHENTICATION_FAILED, message, null);
    }

    /** A programmatic access token, which stands where other technologies have a password. */
    private static final class Given extends SnowflakeLogin {
        private final String token;

        Given(Credential.UsernamePassword user) {
            if (user.password() == null) {
                throw failed("the connection has no password, which for Snowflake is a programmatic access token");
            }
            this.token = user.password().reveal();
            if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw failed("the password is no programmatic access token, which Snowflake's SQL API asks for");
            }
        }

        @Override
        String kind() {
            return "PROGRAMMATIC_ACCESS_TOKEN";
        }

        @Override
        String token() {
            return token;
        }

        @Override
        String hint() {
            return "Snowflake's SQL API takes no password, so that the connection's has to be a programmatic access token";
        }
    }

    /** Tokens that the worker signs with the user's key. */
    private static final class Signed extends SnowflakeLogin {
        /** Snowflake takes none that is good for longer than an hour. */
        private static final Duration LIFE = Duration.ofMinutes(55);

        private static final long USED_S = 3_000;

        private final RSAPrivateCrtKey key;
        private final ObjectNode claims;
        private @Nullable String token;
        private @Nullable String before;
        private final String user;
        private long until;

        Signed(String host, Credential.KeyPair pair) {
            this.key = PrivateKeyFile.read(pair.privateKey());
            this.user = accountOf(host) + "." + pair.username().toUpperCase(Locale.ROOT);
            this.claims =
                    Json.object().put("iss", user + "." + fingerprint(key)).put("sub", user);
        }

        /** The first part of the host, without the region or the private link that follows. */
        private static String accountOf(String host) {
            String first = host.split("[.]", 2)[0];
            // Of accounts that are replicated, the part that tells their copies from each other is not of the name.
            int end = host.contains(".global.") ? first.lastIndexOf('-') : -1;
            return (end < 0 ? first : first.substring(0, end)).toUpperCase(Locale.ROOT);
        }

        /** Of the public key, as DESCRIBE USER shows it. */
        private static String fingerprint(RSAPrivateCrtKey key) {
            try {
                byte[] open = PrivateKeyFile.publicKeyOf(key).getEncoded();
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(open);
                return "SHA256:" + Base64.getEncoder().encodeToString(hash);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("each JVM has RSA and SHA-256", e);
            }
        }

        @Override
        String kind() {
            return "KEYPAIR_JWT";
        }

        @Override
        String hint() {
            return "the worker signed as " + user + ", the first part of the host and the user's name";
        }

        @Override
        String token() {
            String known = token;
            if (known != null && System.nanoTime() - until < 0) {
                return known;
            }
            String signed = SignedToken.of(key, SignedToken.Algorithm.RS256, Json.object(), claims, LIFE);
            before = known;
            token = signed;
            until = System.nanoTime() + TimeUnit.SECONDS.toNanos(USED_S);
            return signed;
        }

        @Override
        boolean isRepeatedBy(String text) {
            return (token != null && text.contains(token)) || (before != null && text.contains(before));
        }
    }

    /** Tokens of an authority that the account trusts. */
    private static final class OAuth extends SnowflakeLogin {
        private final AccessTokens tokens;

        OAuth(AccessTokens tokens) {
            this.tokens = tokens;
        }

        @Override
        String kind() {
            return "OAUTH";
        }

        @Override
        String token() throws Exception {
            return tokens.token();
        }

        @Override
        boolean renews() {
            tokens.forget();
            return true;
        }

        @Override
        boolean isRepeatedBy(String text) {
            return tokens.isRepeatedBy(text);
        }

        @Override
        public void close() {
            tokens.close();
        }
    }
}
