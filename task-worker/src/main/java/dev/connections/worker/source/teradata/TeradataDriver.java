package dev.connections.worker.source.teradata;

import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Teradata's driver, which its licence keeps out of this product: whoever may use it puts it into a folder of the worker. It
 * is loaded once, by a class loader that sees nothing of the worker. It registers itself with the DriverManager, which
 * shows it to nobody: the classes of the worker cannot see it either. Thread-safe.
 */
final class TeradataDriver implements Supplier<Driver> {
    private static final String CLASS = "com.teradata.jdbc.TeraDriver";

    private final Path folder;
    private @Nullable Driver loaded;

    TeradataDriver(Path folder) {
        this.folder = folder;
    }

    /**
     * The driver; where there was none so far the folder is looked at again.
     *
     * @throws RunFailedException DRIVER_UNAVAILABLE where there is none, or none that works
     */
    @Override
    public synchronized Driver get() {
        Driver driver = loaded;
        if (driver == null) {
            driver = load();
            loaded = driver;
        }
        return driver;
    }

    private Driver load() {
        List<URL> jars = jars();
        if (jars.isEmpty()) {
            throw unavailable("the driver for Teradata is not installed on this worker");
        }
        URLClassLoader loader =
                new URLClassLoader("teradata", jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        try {
            return loader.loadClass(CLASS)
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
            close(loader);
            throw unavailable(
                    "the jars in this worker's folder for Teradata's driver are damaged or hold no driver that"
                            + " works with its Java");
        }
    }

    private List<URL> jars() {
        List<URL> jars = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
                for (Path jar : files) {
                    jars.add(url(jar));
                }
            } catch (IOException e) {
                throw unavailable("this worker cannot read its folder for Teradata's driver");
            }
        }
        return jars;
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toUri().toURL();
    }

    private static void close(URLClassLoader loader) {
        try {
            loader.close();
        } catch (IOException e) {
            // Its jars are of no use in any case.
        }
    }

    private RunFailedException unavailable(String what) {
        return new RunFailedException(
                ErrorCode.DRIVER_UNAVAILABLE,
                what + ": put terajdbc-<version>.jar (com.teradata.jdbc:terajdbc of Maven Central) into the folder "
                        + folder + " of every worker and run the task again; no restart is needed",
                null);
    }
}
