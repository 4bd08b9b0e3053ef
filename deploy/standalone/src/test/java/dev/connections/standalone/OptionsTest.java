package dev.connections.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    private static final Path DEFAULT = Path.of("default");

    @Test
    void anEmptyCommandLineStartsOneWorkerAndTheDemo() {
        assertThat(Options.parse(List.of(), DEFAULT)).isEqualTo(new Options(8080, DEFAULT, 1, Set.of(Demo.WAREHOUSE)));
    }

    @Test
    void everyOptionIsTakenInEitherForm() {
        Options expected = new Options(0, Path.of("some where"), 3, Set.of(Demo.SHOP));
        assertThat(Options.parse(
                        List.of(
                                "--port",
                                "0",
                                "--data",
                                "some where",
                                "--workers",
                                "3",
                                "--no-demo",
                                "--with",
                                "mariadb"),
                        DEFAULT))
                .isEqualTo(expected);
        assertThat(Options.parse(
                        List.of("--with=mariadb", "--no-demo", "--workers=3", "--data=some where", "--port=0"),
                        DEFAULT))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "--prot 1, --prot",
        "--port, --port",
        "--port x, --port",
        "--port 65536, 65535",
        "--port -1, --port",
        "--workers 65, 64",
        "--no-demo=1, --no-demo",
        "--with oracle, --with takes mariadb",
        "x, unknown option x"
    })
    void whatCannotBeUnderstoodIsRefusedByItsName(String line, String complaint) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Options.parse(List.of(line.split(" ", -1)), DEFAULT))
                .withMessageContaining(complaint);
    }
}
