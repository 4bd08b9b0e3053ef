package dev.connections.standalone;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * The entry point: starts everything, prints the addresses, and stops everything on a signal. With the system property
 * {@code standalone.rehearsal} it exits as soon as it is ready; the build uses this to record the loaded classes.
 */
public final class Standalone {
    private Standalone() {}

    public static void main(String[] args) {
        if (List.of(args).contains("--help")) {
            System.out.print(Options.USAGE);
            return;
        }
        try {
            start(Options.parse(List.of(args), defaultData()), System.out);
        } catch (UsageException e) {
            System.err.print("standalone: " + e.getMessage() + "\n" + Options.USAGE);
            System.exit(2);
        } catch (StartException e) {
            System.err.println("standalone: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void start(Options options, PrintStream out) {
        Parts parts = new Parts();
        // The only hook: it stops the parts in order, and the JVM then ends with the signal's exit code.
        Runtime.getRuntime().addShutdownHook(new Thread(parts::stop, "stop"));
        try {
            if (Files.notExists(options.data())) {
                // Check the port first, so that a start that fails creates no folder. If the folder exists, its lock is
                // checked first.
                Start.requireFreePort(options);
            }
            DataFolder folder = parts.start(Parts.Stage.DATA_FOLDER, () -> DataFolder.hold(options.data()));
            logTo(folder.path("standalone.log"));
            new Start(options, folder, parts, out).run();
            if (Boolean.getBoolean("standalone.rehearsal")) {
                System.exit(0);
            }
        } catch (StartException e) {
            throw e;
        } catch (Exception e) {
            if (!parts.isStopping()) {
                LoggerFactory.getLogger(Standalone.class).error("the start failed", e);
                throw new StartException("the start failed: " + e.getMessage() + "; for details see "
                        + options.data().resolve("standalone.log"));
            }
        }
    }

    /** Configures logging before the first logger is created; Spring Boot would configure it again for each application. */
    private static void logTo(Path file) {
        System.setProperty("logback.configurationFile", "standalone-logback.xml");
        System.setProperty("standalone.log", file.toString());
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        // Initialize now, before several threads request a logger at once.
        LoggerFactory.getILoggerFactory();
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    private static Path defaultData() {
        return Path.of(System.getProperty("standalone.data", ".data/standalone"));
    }
}
