package dev.connections.worker.catalog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** A digest over all that is visible of an object but its path, which the merge compares by itself. */
final class ContentHash {
    private final MessageDigest digest;

    ContentHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    byte[] of(FoundObject found, String detail) {
        add(found.name());
        add(found.type().name());
        add(found.type().normalized().name());
        add(found.traits().type());
        add(found.traits().format());
        add(found.traits().kind());
        add(found.traits().createdAt());
        add(found.traits().updatedAt());
        add(found.description());
        add(detail);
        return digest.digest();
    }

    private void add(@Nullable Object value) {
        if (value == null) {
            digest.update((byte) 0);
            return;
        }
        byte[] bytes = value.toString().getBytes(StandardCharsets.UTF_8);
        digest.update((byte) 1);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
    }
}
