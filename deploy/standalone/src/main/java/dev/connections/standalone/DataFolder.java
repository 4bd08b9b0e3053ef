package dev.connections.standalone;

import dev.connections.embedded.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Supplier;

/** The folder that keeps everything of one standalone; one process at a time holds it. */
final class DataFolder implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path root;
    private final FileChannel lock;

    private DataFolder(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /** Creates the folder if it is missing and locks it until this is closed or the process ends. */
    static DataFolder hold(Path root) {
        try {
            Path folder = Files.createDirectories(root.toAbsolutePath().normalize());
            Files.createDirectories(folder.resolve("secrets"));
            Files.setPosixFilePermissions(folder.resolve("secrets"), PosixFilePermissions.fromString("rwx------"));
            return new DataFolder(folder, lock(folder));
        } catch (IOException e) {
            throw new StartException("cannot use " + root + " as the data folder: " + e);
        }
    }

    @SuppressWarnings("resource") // the data folder owns the channel, and with it the lock
    private static FileChannel lock(Path folder) throws IOException {
        Path file = folder.resolve("lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held;
        try {
            held = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            held = false;
        }
        if (!held) {
            channel.close();
            throw new StartException(
                    "another standalone (pid " + Files.readString(file).strip() + ") uses " + folder
                            + "; stop it or choose another folder with --data DIR");
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)));
        return channel;
    }

    /** A path inside the folder. */
    Path path(String name) {
        return root.resolve(name);
    }

    /** Atomically writes a file that only its owner may read. */
    Path writePrivate(String name, String content) {
        Path file = path(name);
        Path draft = path(name + ".new");
        try {
            Files.deleteIfExists(draft);
            Files.createFile(draft, OWNER_ONLY);
            Files.writeString(draft, content);
            return Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Returns the secret of that name, which the first start creates and stores. */
    String secret(String name, Supplier<String> maker) {
        Path file = path("secrets/" + name);
        try {
            if (!Files.exists(file)) {
                writePrivate("secrets/" + name, maker.get());
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Returns the port that the server of that name had at the last start, or a new one if that is taken. */
    int port(String server) {
        String name = server + ".port";
        try {
            if (Files.exists(path(name))) {
                int kept = Integer.parseInt(Files.readString(path(name)).strip());
                if (FreePort.keep(kept)) {
                    return kept;
                }
            }
            int port = FreePort.find();
            writePrivate(name, port + "\n");
            return port;
        } catch (IOException | NumberFormatException e) {
            throw new StartException("cannot read " + path(name) + "; delete it, and the next start creates a new one");
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot release " + root, e);
        }
    }
}
