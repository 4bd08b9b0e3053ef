package dev.connections.api.fuzz;

import dev.connections.api.Answer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sends requests byte for byte as they are, which no HTTP library does. */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MS = (int) Duration.ofSeconds(10).toMillis();

    private final int port;
    private @Nullable Socket socket;

    RawClient(int port) {
        this.port = port;
    }

    Answer send(FuzzedRequest request) throws IOException {
        try {
            return exchange(request, connected());
        } catch (SocketTimeoutException e) {
            close();
            throw e;
        } catch (IOException e) {
            // The server may have closed a connection that was kept; on a new one it must answer.
            close();
            return exchange(request, connected());
        }
    }

    @Override
    public void close() throws IOException {
        Socket open = socket;
        socket = null;
        if (open != null) {
            open.close();
        }
    }

    private Socket connected() throws IOException {
        Socket open = socket;
        if (open == null) {
            open = new Socket(InetAddress.getLoopbackAddress(), port);
            open.setTcpNoDelay(true);
            open.setSoTimeout(PATIENCE_MS);
            socket = open;
        }
        return open;
    }

    private Answer exchange(FuzzedRequest request, Socket open) throws IOException {
        IOException unsent = write(request, open);
        InputStream in = new BufferedInputStream(open.getInputStream());
        String statusLine;
        try {
            statusLine = line(in);
        } catch (IOException e) {
            if (unsent != null) {
                e.addSuppressed(unsent);
            }
            throw e;
        }
        if (!statusLine.matches("HTTP/1\\.1 [0-9]{3}.*")) {
            throw new IOException("no status line: " + statusLine);
        }
        int status = Integer.parseInt(statusLine.substring(9, 12));
        HttpHeaders headers = headers(in);
        boolean stream = headers.firstValue("Content-Type").orElse("").startsWith("text/event-stream");
        boolean hasBody = !(request.method().equals("HEAD") || status == 304 || status == 204 || stream);
        String body = hasBody ? new String(body(in, headers), StandardCharsets.UTF_8) : "";
        boolean unfinished = request.framing() == Framing.WITHHELD;
        if (unfinished || stream || headers.firstValue("Connection").orElse("").equalsIgnoreCase("close")) {
            close();
        }
        return new Answer(request.method(), request.path(), status, headers, body);
    }

    /** A server that refuses a head as too large answers and closes before it has read the rest; the answer still counts. */
    private static @Nullable IOException write(FuzzedRequest request, Socket open) {
        try {
            open.getOutputStream().write(request.bytes());
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private static HttpHeaders headers(InputStream in) throws IOException {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return HttpHeaders.of(headers, (name, value) -> true);
    }

    private static byte[] body(InputStream in, HttpHeaders headers) throws IOException {
        if (headers.firstValue("Transfer-Encoding").isEmpty()) {
            long length = headers.firstValueAsLong("Content-Length").orElse(-1);
            return length < 0 ? in.readAllBytes() : exactly(in, (int) length);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
            body.write(exactly(in, size));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private static int chunkSize(InputStream in) throws IOException {
        return Integer.parseInt(line(in), 16);
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the body ends early");
        }
        return bytes;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the answer ends early");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
