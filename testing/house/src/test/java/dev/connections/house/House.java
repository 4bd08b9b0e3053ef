package dev.connections.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** The modules, as they were compiled. */
enum House {
    COMMON_MODEL("common-model"),
    API_SERVICE("api-service"),
    TASK_WORKER("task-worker"),
    EMBEDDED("deploy/embedded"),
    STANDALONE("deploy/standalone"),
    BENCHMARK("testing/benchmark"),
    FAULTS("testing/faults");

    private static final Path ROOT = Path.of("../..");

    /** The classes of all modules that are not tests. */
    static final JavaClasses MAIN = read(Arrays.stream(values()).map(module -> module.folder("classes")));

    /** The classes of all modules, the tests among them. */
    static final JavaClasses ALL = read(Arrays.stream(values())
            .flatMap(module -> Stream.of(module.folder("classes"), module.folder("test-classes")))
            .filter(Files::exists));

    private final String path;

    House(String path) {
        this.path = path;
    }

    /** The classes of this module that are not tests. */
    JavaClasses classes() {
        return read(Stream.of(folder("classes")));
    }

    boolean has(JavaClass type) {
        return type.getSource()
                .map(source -> source.getUri().getPath().contains("/" + path + "/target/"))
                .orElse(false);
    }

    private Path folder(String classes) {
        return ROOT.resolve(path)
                .resolve("target")
                .resolve(classes)
                .toAbsolutePath()
                .normalize();
    }

    private static JavaClasses read(Stream<Path> folders) {
        Path[] all = folders.toArray(Path[]::new);
        for (Path folder : all) {
            if (!Files.isDirectory(folder)) {
                throw new IllegalStateException(folder + " is missing; build all modules with mvn verify");
            }
        }
        return new ClassFileImporter().importPaths(all);
    }
}
