package dev.connections.worker.source.http;

import dev.connections.connection.Credential.OAuthWithCertificate;
import dev.connections.connection.Credential.OAuthWithSecret;
import dev.connections.json.Json;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.http.SignedToken.Algorithm;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What an authority gives a token for: where it is asked, and how the client shows who it is (RFC 6749 and RFC 7523). */
public final class TokenGrant {
    private static final int LARGEST_PORT = 65_535;
    /** Long enough for one request that waits for a busy authority. */
    private static final Duration LIFE_OF_ASSERTION = Duration.ofMinutes(10);

    private static final int CHARACTERS_OF_SHA1 = 40;
    private static final int CHARACTERS_OF_SHA256 = 64;

    private final Address address;
    private final String login;
    private final Supplier<Sent> request;

    /**
     * One request.
     *
     * @param confidential what must not be shown of it, besides the connection's secrets as they are
     */
    record Sent(HttpQuestion question, List<String> confidential) {}

    private record Address(HttpTarget target, String path) {}

    private TokenGrant(Address address, String login, Supplier<Sent> request) {
        this.address = address;
        this.login = login;
        this.request = request;
    }

    /**
     * To a client with a secret, from the authority that its credential names.
     *
     * @throws RunFailedException where that is no address of HTTPS, or the credential has no scope
     */
    public static TokenGrant toClient(OAuthWithSecret client) {
        Address authority = authority(String.valueOf(client.authorityUrl()));
        String scope = client.scope();
        if (scope == null) {
            throw new RunFailedException(
                    ErrorCode.AUTHENTICATION_FAILED,
                    "an authorityUrl needs the scope that the authority knows the source by",
                    null);
        }
        return toClient(authority, client, scope);
    }

    /**
     * To a client with a secret, from the source's own authority.
     *
     * @param scope where the credential has none
     */
    public static TokenGrant toClient(HttpTarget target, String path, OAuthWithSecret client, String scope) {
        return toClient(new Address(target, path), client, Objects.requireNonNullElse(client.scope(), scope));
    }

    private static TokenGrant toClient(Address address, OAuthWithSecret client, String scope) {
        String secret = encoded(client.clientSecret().reveal());
        // Both parts are encoded as in a form before they are joined.
        String basic = Base64.getEncoder()
                .encodeToString((encoded(client.clientId()) + ":" + secret).getBytes(StandardCharsets.UTF_8));
        Map<String, String> form = credentialsForm(scope, client.resource());
        return new TokenGrant(
                address,
                "the client id or its secret",
                () -> sent(address, form, Map.of("Authorization", "Basic " + basic), List.of(basic, secret)));
    }

    /**
     * To a client that signs with the key of a certificate which the authority knows.
     *
     * @throws RunFailedException where the authority is no address of HTTPS, the key cannot be read, or the thumbprint is none
     */
    public static TokenGrant toClient(OAuthWithCertificate client) {
        Address authority = authority(client.authorityUrl());
        RSAPrivateKey key = PrivateKeyFile.read(client.privateKey());
        Thumbprint thumbprint = Thumbprint.of(client.publicCertificateThumbprint());
        ObjectNode header = Json.object().put(thumbprint.name, thumbprint.value);
        ObjectNode claims = Json.object()
                .put("aud", client.authorityUrl())
                .put("iss", client.clientId())
                .put("sub", client.clientId());
        return new TokenGrant(authority, "the client id or its certificate", () -> {
            claims.put("jti", UUID.randomUUID().toString());
            claims.put("nbf", Instant.now().minus(SignedToken.AHEAD).getEpochSecond());
            String assertion = SignedToken.of(key, thumbprint.algorithm, header, claims, LIFE_OF_ASSERTION);
            Map<String, String> form = credentialsForm(client.scope(), client.resource());
            form.put("client_id", client.clientId());
            form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            form.put("client_assertion", assertion);
            return sent(authority, form, Map.of(), List.of(assertion));
        });
    }

    /**
     * To whom an assertion is about.
     *
     * @param login what the assertion stands on, in words that fit behind "refused"
     * @param assertion signs one for each request
     */
    public static TokenGrant forAssertion(HttpTarget target, String path, String login, Supplier<String> assertion) {
        Address address = new Address(target, path);
        return new TokenGrant(address, login, () -> {
            String signed = assertion.get();
            Map<String, String> form = new LinkedHashMap<>();
            form.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
            form.put("assertion", signed);
            return sent(address, form, Map.of(), List.of(signed));
        });
    }

    HttpTarget target() {
        return address.target;
    }

    /** What the client shows who it is by. */
    String login() {
        return login;
    }

    /** The request of now. */
    Sent request() {
        return request.get();
    }

    private static Map<String, String> credentialsForm(String scope, @Nullable String resource) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        form.put("scope", scope);
        if (resource != null) {
            form.put("resource", resource);
        }
        return form;
    }

    private static Sent sent(
            Address address, Map<String, String> form, Map<String, String> login, List<String> confidential) {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        Map<String, String> headers = new HashMap<>(login);
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        headers.put("Accept", "application/json");
        return new Sent(new HttpQuestion("POST", address.path, headers, body), confidential);
    }

    private static Address authority(String url) {
        try {
            URI authority = new URI(url);
            if ("https".equalsIgnoreCase(authority.getScheme())
                    && authority.getHost() != null
                    && authority.getRawUserInfo() == null
                    && authority.getPort() <= LARGEST_PORT) {
                String path = authority.getRawPath().isEmpty() ? "/" : authority.getRawPath();
                String query = authority.getRawQuery() == null ? "" : "?" + authority.getRawQuery();
                Integer port = authority.getPort() < 0 ? null : authority.getPort();
                return new Address(HttpTarget.verified(authority.getHost(), port), path + query);
            }
        } catch (URISyntaxException e) {
            // Said below; the message would repeat it.
        }
        throw new RunFailedException(
                ErrorCode.HOST_NOT_ALLOWED, "authorityUrl has to be the https:// address of a token endpoint", null);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** By which an authority finds the certificate: its SHA-1, or its SHA-256, which asks for signatures with PSS. */
    private record Thumbprint(String name, String value, Algorithm algorithm) {
        /** Reads one as consoles show it: in hexadecimal digits, with colons or spaces perhaps, or in base64url. */
        static Thumbprint of(String shown) {
            String digits = shown.replaceAll("[:\\s]", "");
            boolean isHex = digits.matches("[0-9a-fA-F]+");
            if (isHex && digits.length() == CHARACTERS_OF_SHA1) {
                return new Thumbprint("x5t", fromHex(digits), Algorithm.RS256);
            }
            if (isHex && digits.length() == CHARACTERS_OF_SHA256) {
                return new Thumbprint("x5t#S256", fromHex(digits), Algorithm.PS256);
            }
            if (shown.matches("[A-Za-z0-9_-]{27}")) {
                return new Thumbprint("x5t", shown, Algorithm.RS256);
            }
            if (shown.matches("[A-Za-z0-9_-]{43}")) {
                return new Thumbprint("x5t#S256", shown, Algorithm.PS256);
            }
            throw new RunFailedException(
                    ErrorCode.AUTHENTICATION_FAILED,
                    "publicCertificateThumbprint has to be the SHA-1 or SHA-256 of the certificate, in hexadecimal digits or"
                            + " base64url",
                    null);
        }

        private static String fromHex(String digits) {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(HexFormat.of().parseHex(digits));
        }
    }
}
