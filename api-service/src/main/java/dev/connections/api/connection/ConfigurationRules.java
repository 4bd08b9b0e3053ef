package dev.connections.api.connection;

import dev.connections.api.http.problem.Violation;
import dev.connections.api.schedule.CrawlSchedule;
import dev.connections.connection.PropertyRule;
import dev.connections.connection.SecretSealer;
import dev.connections.connection.Technology;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * The rules about connections that the schema cannot express. They accept trees of any shape; the schema reports wrong
 * shapes.
 */
final class ConfigurationRules {
    private static final Set<String> RESERVED = Set.of(
            "data",
            "connection",
            "object",
            "crawl",
            "search",
            "settings",
            "metadata",
            "permission",
            "sync",
            "bulk",
            "upgrade");
    private static final String NOTHING_STORED = "must be the secret itself; there is no stored secret to keep";
    private static final Pattern HOST_NAME =
            Pattern.compile("(?!-)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})?)*\\.?");
    private static final Pattern IPV6 =
            Pattern.compile("([0-9A-Fa-f]{0,4}:){2,7}([0-9A-Fa-f]{0,4}|([0-9]{1,3}\\.){3}[0-9]{1,3})");

    private ConfigurationRules() {}

    /** Returns what is wrong with a request to create a connection. */
    static List<Violation> ofCreation(JsonNode request) {
        List<Violation> violations = new ArrayList<>();
        if (RESERVED.contains(request.path("connectionKey").asString("").toLowerCase(Locale.ROOT))) {
            violations.add(new Violation("/connectionKey", "is a reserved name; choose another"));
        }
        JsonNode configuration = request.path("clientConfiguration");
        for (JsonPointer secret : SecretSealer.secretPointers()) {
            if (configuration.at(secret).asString("").equals(SecretSealer.REDACTED)) {
                violations.add(ofSecret(secret, NOTHING_STORED));
            }
        }
        violations.addAll(ofConfiguration(technology(request), configuration));
        violations.addAll(ofSettings(request.path("settings")));
        return violations;
    }

    /**
     * Returns a violation for each secret that a changed configuration asks to keep and that has to be sent again. The
     * configuration must be valid otherwise.
     */
    static List<Violation> ofKeptSecrets(Technology technology, JsonNode requested, JsonNode stored) {
        return SecretSealer.notKept(technology, requested, stored).stream()
                .map(secret -> ofSecret(
                        secret.pointer(), secret.moved().isEmpty() ? NOTHING_STORED : givenForOther(secret.moved())))
                .toList();
    }

    private static Violation ofSecret(JsonPointer secret, String problem) {
        return new Violation("/clientConfiguration" + secret, problem);
    }

    private static String givenForOther(List<JsonPointer> moved) {
        return moved.stream()
                .map(member -> "/clientConfiguration" + member)
                .collect(Collectors.joining(
                        ", ", "must be the secret itself; the stored secret was given for another value of ", ""));
    }

    /** Returns what is wrong with a client configuration; driver properties are checked if the technology is known. */
    static List<Violation> ofConfiguration(@Nullable Technology technology, JsonNode configuration) {
        List<Violation> violations = new ArrayList<>();
        JsonNode host = configuration.path("host");
        if (host.isString() && !isHost(host.stringValue())) {
            violations.add(new Violation(
                    "/clientConfiguration/host",
                    "must be only a host name or an IP address, without scheme, port, path or parameters"));
        }
        JsonNode caCertificate = configuration.path("tls").path("caCertificate");
        if (caCertificate.isString() && !holdsCertificates(caCertificate.stringValue())) {
            violations.add(new Violation(
                    "/clientConfiguration/tls/caCertificate", "must be one or more X.509 certificates in PEM"));
        }
        if (technology != null && configuration.path("properties").isObject()) {
            violations.addAll(ofProperties(technology, configuration.path("properties")));
        }
        return violations;
    }

    private static List<Violation> ofProperties(Technology technology, JsonNode properties) {
        List<Violation> violations = new ArrayList<>();
        Map<String, PropertyRule> rules = technology.propertyRules();
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            String name = property.getKey();
            JsonNode value = property.getValue();
            PropertyRule rule = rules.get(name);
            if (rule == null) {
                violations.add(ofProperty(
                        name,
                        "is not a driver property that " + technology.label() + " connections may set; allowed: "
                                + rules.keySet().stream().sorted().toList()));
            } else if (value.isString() && !rule.accepts(value.stringValue())) {
                violations.add(ofProperty(name, rule.expected()));
            }
        }
        return violations;
    }

    private static Violation ofProperty(String name, String problem) {
        JsonPointer pointer = JsonPointer.empty().appendProperty("properties").appendProperty(name);
        return new Violation("/clientConfiguration" + pointer, problem);
    }

    /** Returns what is wrong with settings. */
    static List<Violation> ofSettings(JsonNode settings) {
        List<Violation> violations = new ArrayList<>();
        JsonNode schedule = settings.path("crawl").path("schedule");
        if (schedule.isString()) {
            CrawlSchedule.problem(schedule.stringValue())
                    .ifPresent(problem -> violations.add(new Violation("/settings/crawl/schedule", problem)));
        }
        violations.addAll(ofPatterns(settings, "include"));
        violations.addAll(ofPatterns(settings, "exclude"));
        JsonNode retention = settings.path("crawl").path("missingObjectRetention");
        if (retention.isString() && !isPositiveDuration(retention.stringValue())) {
            violations.add(new Violation(
                    "/settings/crawl/missingObjectRetention",
                    "must be a positive ISO 8601 duration (P30D, PT12H), or null to keep missing objects"));
        }
        return violations;
    }

    private static List<Violation> ofPatterns(JsonNode settings, String list) {
        List<Violation> violations = new ArrayList<>();
        int i = 0;
        for (JsonNode pattern : settings.path("crawl").path(list)) {
            String pointer = "/settings/crawl/" + list + "/" + i++;
            PatternRules.problem(pattern.asString(""))
                    .ifPresent(problem -> violations.add(new Violation(pointer, problem)));
        }
        return violations;
    }

    private static @Nullable Technology technology(JsonNode request) {
        try {
            return Technology.of(request.path("technology").asString(""));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isHost(String host) {
        return host.length() <= 253
                && (HOST_NAME.matcher(host).matches() || IPV6.matcher(host).matches());
    }

    /** Parses them as a worker does. */
    private static boolean holdsCertificates(String pem) {
        try {
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .isEmpty();
        } catch (CertificateException e) {
            return false;
        }
    }

    private static boolean isPositiveDuration(String text) {
        Duration duration = CrawlSchedule.positiveDuration(text);
        return duration != null && duration.compareTo(CrawlSchedule.LONGEST.multipliedBy(10)) <= 0;
    }
}
