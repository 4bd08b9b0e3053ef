package dev.connections.worker.source.glue;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Checks a request as AWS does: with Amazon's own signer, and not with what the worker signs by. */
final class AwsSignature {
    private static final Pattern AUTHORIZATION = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=([^/]*)/.*, SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}");

    private static final Set<String> ADDED_BY_THE_SIGNER =
            Set.of("host", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final Duration GOOD_FOR = Duration.ofMinutes(5);

    private AwsSignature() {}

    /** Who signed, by the id of the access key; empty where nothing is signed as the manual has it. */
    static String keyOf(Headers headers) {
        Matcher matcher = AUTHORIZATION.matcher(value(headers, "Authorization"));
        return matcher.matches() ? matcher.group(1) : "";
    }

    /** What AWS says of the signature; null where there is nothing to say. */
    static @Nullable String wrong(
            Headers headers, String body, AwsCredentialsIdentity key, String region, Instant now) {
        String sent = value(headers, "Authorization");
        Matcher matcher = AUTHORIZATION.matcher(sent);
        List<String> signed = matcher.matches() ? List.of(matcher.group(2).split(";")) : List.of();
        if (!signed.containsAll(List.of("content-type", "host", "x-amz-date", "x-amz-target"))) {
            return "a header that has to be signed is not";
        }
        Instant time = TIME.parse(value(headers, "X-Amz-Date"), Instant::from);
        if (time.isBefore(now.minus(GOOD_FOR))) {
            return "Signature expired: " + TIME.format(time) + " is now earlier than "
                    + TIME.format(now.minus(GOOD_FOR)) + " (" + TIME.format(now) + " - 5 min.)";
        }
        if (time.isAfter(now.plus(GOOD_FOR))) {
            return "Signature not yet current: " + TIME.format(time) + " is still later than "
                    + TIME.format(now.plus(GOOD_FOR)) + " (" + TIME.format(now) + " + 5 min.)";
        }
        String expected = signed(headers, signed, body, key, region, time);
        return sent.equals(expected) ? null : mismatch(headers, signed, expected);
    }

    /** What Amazon's signer makes of those headers. */
    private static String signed(
            Headers headers, List<String> names, String body, AwsCredentialsIdentity key, String region, Instant time) {
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create("https://" + value(headers, "Host") + "/"));
        names.stream()
                .filter(name -> !ADDED_BY_THE_SIGNER.contains(name))
                .forEach(name -> request.putHeader(name, value(headers, name)));
        return AwsV4HttpSigner.create()
                .sign(it -> it.identity(key)
                        .request(request.build())
                        .payload(ContentStreamProvider.fromString(body, StandardCharsets.UTF_8))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "glue")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, Clock.fixed(time, ZoneOffset.UTC)))
                .request()
                .firstMatchingHeader("Authorization")
                .orElseThrow();
    }

    /** AWS shows what it would have signed, the session token among it. */
    private static String mismatch(Headers headers, List<String> signed, String expected) {
        StringBuilder canonical = new StringBuilder("'POST\n/\n\n");
        signed.forEach(name ->
                canonical.append(name).append(':').append(value(headers, name)).append('\n'));
        return "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access"
                + " Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this"
                + " request should have been\n" + canonical + "'\n\nThe String-to-Sign should have been\n'" + expected
                + "'\n";
    }

    private static String value(Headers headers, String name) {
        String value = headers.getFirst(name);
        return value == null ? "" : value;
    }
}
