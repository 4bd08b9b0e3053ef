package dev.connections.worker.source.teradata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the driver gets into a worker that does not have it. */
class TeradataDriverTest {
    @TempDir
    private Path folder;

    @Test
    void withoutAFolderTheMessageSaysWhichFileGoesWhere() {
        Path missing = folder.resolve("drivers");
        assertThat(unavailable(new TeradataDriver(missing)))
                .contains("not installed", "com.teradata.jdbc:terajdbc", missing.toString(), "run the task again");
    }

    @Test
    void aJarThatIsDamagedIsSaidToBe() throws IOException {
        Files.writeString(folder.resolve("terajdbc.jar"), "no archive");
        assertThat(unavailable(new TeradataDriver(folder))).contains("damaged or hold no driver", folder.toString());
    }

    @Test
    void aJarOfSomethingElseIsSaidToHoldNoDriver() throws IOException {
        new JarOutputStream(Files.newOutputStream(folder.resolve("other.jar"))).close();
        assertThat(unavailable(new TeradataDriver(folder))).contains("damaged or hold no driver");
    }

    @Test
    void theDriverIsFoundOnceItIsThereAndIsLoadedOnce() throws IOException {
        InstalledDriver.properties(false);
        TeradataDriver driver = new TeradataDriver(folder);
        Files.writeString(folder.resolve("readme.txt"), "no jar");
        unavailable(driver);
        for (Path jar : InstalledDriver.jars()) {
            Files.copy(jar, folder.resolve(jar.getFileName()));
        }
        assertThat(driver.get()).isSameAs(driver.get());
        assertThat(driver.get().getClass().getClassLoader().getParent()).isSameAs(ClassLoader.getPlatformClassLoader());
    }

    @Test
    void nobodyElseFindsTheDriver() throws IOException {
        new TeradataDriver(InstalledDriver.properties(false).folder()).get();
        assertThat(DriverManager.drivers().map(driver -> driver.getClass().getName()))
                .noneMatch(name -> name.startsWith("com.teradata."));
        assertThatThrownBy(() -> DriverManager.getDriver("jdbc:teradata://127.0.0.1/"))
                .isInstanceOf(SQLException.class);
    }

    private static String unavailable(TeradataDriver driver) {
        RunFailedException thrown = catchThrowableOfType(RunFailedException.class, driver::get);
        assertThat(thrown.error().code()).isEqualTo(ErrorCode.DRIVER_UNAVAILABLE);
        return thrown.error().message();
    }
}
