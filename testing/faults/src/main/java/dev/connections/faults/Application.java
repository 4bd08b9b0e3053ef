package dev.connections.faults;

import dev.connections.faults.Member.Role;
import dev.connections.lab.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/**
 * The jar of an API or a worker as it is delivered, taken apart by Spring Boot's own tool, with an archive of the classes
 * that a start loads (class-data sharing). A start takes little more than half of the processor time that way, and the
 * tests make dozens.
 *
 * @param jar the application's own jar, whose manifest names its libraries
 * @param main its main class
 * @param archive of its classes; a JVM that cannot use it goes without
 */
record Application(Path jar, String main, Path archive) {
    private static final Path FOLDER = Path.of("target", "applications").toAbsolutePath();
    private static final String BOOT_LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";
    private static final long LIMIT_S = 240;
    private static final Map<Role, Application> MADE = new EnumMap<>(Role.class);

    /**
     * The application; this process makes it once, which takes about two starts.
     *
     * @param environment with which it starts, its database and its broker among it
     */
    static synchronized Application of(Role role, Map<String, String> environment) {
        return MADE.computeIfAbsent(role, it -> make(it, environment));
    }

    /**
     * Starts a process of it.
     *
     * @param heap its largest heap, as -Xmx takes it
     * @param log what it prints is added to this file
     */
    Child start(String heap, Map<String, String> environment, Path log) {
        List<String> flags = new ArrayList<>(List.of("-Xmx" + heap));
        if (Files.exists(archive)) {
            flags.add("-XX:SharedArchiveFile=" + archive);
        }
        // An archive fits where further folders follow its class path.
        String classPath = jar + File.pathSeparator + Member.ownClasses();
        return Child.start(flags, classPath, List.of(main), environment, log);
    }

    private static Application make(Role role, Map<String, String> environment) {
        Path folder = FOLDER.resolve(role.module());
        Path archive = FOLDER.resolve(role.module() + ".jsa");
        Path log = FOLDER.resolve(role.module() + ".log");
        try {
            Files.createDirectories(FOLDER);
            Files.deleteIfExists(archive);
            List<String> extract = List.of(BOOT_LAUNCHER, "extract", "--force", "--destination", folder.toString());
            run(new ChildJvm(List.of("-Djarmode=tools"), delivered(role).toString(), extract, Map.of(), log));
            Path jar = folder.resolve(role.module() + ".jar");
            Application application = new Application(jar, mainClass(jar), archive);
            run(application.startForArchive(environment, log));
            return application;
        } catch (IOException e) {
            throw new IllegalStateException("cannot take " + role.module() + " apart: " + e.getMessage(), e);
        }
    }

    /** A start that ends by itself, and then writes what it has loaded. */
    private ChildJvm startForArchive(Map<String, String> environment, Path log) {
        List<String> flags = new ArrayList<>(Child.FLAGS);
        flags.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Dspring.context.exit=onRefresh"));
        Map<String, String> own = new HashMap<>(environment);
        own.put("CONNECTIONS_WORKER_ID", "archive");
        return new ChildJvm(flags, jar.toString(), List.of(main), own, log);
    }

    private static String mainClass(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
        }
    }

    private static void run(ChildJvm jvm) {
        Process process = jvm.start();
        try {
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("cannot prepare the processes; see " + jvm.log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** The jar as it is delivered; this module comes after it in every build that packages. */
    private static Path delivered(Role role) {
        Path jar = Path.of("..", "..", role.module(), "target", role.module() + ".jar")
                .toAbsolutePath()
                .normalize();
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing; build it with mvn -pl testing/faults -am verify");
        }
        return jar;
    }
}
