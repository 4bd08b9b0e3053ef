package dev.connections.worker.source.bigquery;

import com.sun.net.httpserver.HttpExchange;
import dev.connections.json.Json;
import dev.connections.worker.source.http.HttpStub;
import dev.connections.worker.source.http.TestKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives tokens for what a service account has signed, and checks each part of it as Google's manual describes it. */
final class TokenStub {
    static final String EMAIL = "crawler@contract.iam.gserviceaccount.com";
    static final String KEY_ID = "0123456789abcdef0123456789abcdef01234567";

    private final Set<String> issued = ConcurrentHashMap.newKeySet();
    private final AtomicInteger logins = new AtomicInteger();
    private volatile String lastToken = "";
    private volatile String lastAssertion = "";

    /** The key file of the account, as the console gives it. */
    static String keyFile() {
        return keyFile(KEY_ID, TestKey.file("pkcs8.pem"));
    }

    static String keyFile(String keyId, String pem) {
        return Json.object()
                .put("type", "service_account")
                .put("project_id", "contract")
                .put("private_key_id", keyId)
                .put("private_key", pem)
                .put("client_email", EMAIL)
                .put("client_id", "123456789012345678901")
                // Where a file leads is not followed.
                .put("auth_uri", "https://169.254.169.254/auth")
                .put("token_uri", "https://169.254.169.254/token")
                .put("universe_domain", "googleapis.com")
                .toPrettyString();
    }

    /** Makes every token that was issued so far run out. */
    void expire() {
        issued.clear();
    }

    /** How often a token was asked for. */
    int logins() {
        return logins.get();
    }

    String lastToken() {
        return lastToken;
    }

    String lastAssertion() {
        return lastAssertion;
    }

    private String issue() {
        String token = "ya29." + UUID.randomUUID();
        issued.add(token);
        lastToken = token;
        return token;
    }

    boolean isGood(HttpExchange exchange) {
        String bearer = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        return bearer.startsWith("Bearer ") && issued.contains(bearer.substring(7));
    }

    void answer(HttpExchange exchange) throws IOException {
        logins.incrementAndGet();
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String contentType = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
        if (!exchange.getRequestMethod().equals("POST")
                || !exchange.getRequestURI().toString().equals("/token")
                || !contentType.startsWith("application/x-www-form-urlencoded")) {
            HttpStub.send(exchange, 400, "{\"error\": \"invalid_request\"}");
            return;
        }
        Map<String, String> fields = BigQueryStub.query(form);
        lastAssertion = fields.getOrDefault("assertion", "");
        TestKey.Token token = TestKey.read(lastAssertion);
        if (fields.size() != 2
                || !fields.getOrDefault("grant_type", "").equals("urn:ietf:params:oauth:grant-type:jwt-bearer")) {
            HttpStub.send(exchange, 400, "{\"error\": \"unsupported_grant_type\"}");
        } else if (token == null || !isOfTheAccount(token)) {
            HttpStub.send(
                    exchange,
                    400,
                    Json.object()
                            .put("error", "invalid_grant")
                            .put("error_description", "Invalid JWT Signature: " + lastAssertion)
                            .toString());
        } else {
            HttpStub.send(
                    exchange,
                    200,
                    Json.object()
                            .put("access_token", issue())
                            .put("expires_in", 3_599)
                            .put("token_type", "Bearer")
                            .toString());
        }
    }

    private static boolean isOfTheAccount(TestKey.Token token) {
        return token.header().path("alg").stringValue().equals("RS256")
                && token.header().path("typ").stringValue().equals("JWT")
                && token.header().path("kid").stringValue().equals(KEY_ID)
                && token.claims().size() == 5
                && token.claims().path("iss").stringValue().equals(EMAIL)
                && token.claims()
                        .path("scope")
                        .stringValue()
                        .equals("https://www.googleapis.com/auth/cloud-platform.read-only")
                && token.claims().path("aud").stringValue().equals("https://oauth2.googleapis.com/token");
    }
}
