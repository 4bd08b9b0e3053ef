package dev.connections.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.SecretSealer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinSettingsTest {
    @Test
    void aShellReadsBackEveryValueAsItIs(@TempDir Path folder) throws Exception {
        SequencedMap<String, String> properties = new LinkedHashMap<>();
        properties.put("connections.secrets.keyset", SecretSealer.newKeyset());
        properties.put("spring.kafka.bootstrap-servers", "127.0.0.1:9092");
        properties.put("odd", "it's \"$HOME\" `id` \\ # ; & * ~");
        Path file = Files.writeString(folder.resolve("worker.env"), new JoinSettings(properties).shellVariables());

        Map<String, String> variables = environmentAfterReading(file);

        assertThat(variables)
                .containsEntry("CONNECTIONS_SECRETS_KEYSET", properties.get("connections.secrets.keyset"))
                .containsEntry("SPRING_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092")
                .containsEntry("ODD", properties.get("odd"));
    }

    @Test
    void argumentsCarryTheSettingsAndWhatOneApplicationNeedsBesides() {
        SequencedMap<String, String> properties = new LinkedHashMap<>(Map.of("spring.datasource.username", "me"));
        assertThat(new JoinSettings(properties).arguments(Map.of("server.port", "0")))
                .containsExactly("--spring.datasource.username=me", "--server.port=0");
    }

    private static Map<String, String> environmentAfterReading(Path file) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", "set -a; . \"$0\"; env -0", file.toString()).start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).isZero();
        Map<String, String> variables = new LinkedHashMap<>();
        for (String variable : output.split("\0", -1)) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                variables.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return variables;
    }
}
