package dev.connections.benchmark;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A connection to the API that is kept open. It does what the API needs and no more, so that the load takes little of the
 * processors that it is to measure.
 */
final class HttpConnection implements AutoCloseable {
    private static final int READ_LIMIT_MS = 60_000;

    private final Socket socket;
    private final InputStream in;
    private final String headers;

    /** Sends the authorization with each request. */
    HttpConnection(int port, String authorization) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_LIMIT_MS);
        this.in = new BufferedInputStream(socket.getInputStream());
        this.headers = "\r\nHost: 127.0.0.1:" + port + "\r\nAuthorization: " + authorization + "\r\n";
    }

    /**
     * An answer.
     *
     * @param headers by their names in lower case
     */
    record Answer(int status, Map<String, String> headers, String body) {}

    Answer get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1" + headers + "\r\n");
    }

    Answer post(String path, String json) throws IOException {
        return send("POST " + path + " HTTP/1.1" + headers + "Content-Type: application/json\r\nContent-Length: "
                + json.length() + "\r\n\r\n" + json);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private Answer send(String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        String status = line();
        Map<String, String> answered = new HashMap<>();
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            answered.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        return new Answer(Integer.parseInt(status.split(" ", 3)[1]), answered, body(answered));
    }

    private String body(Map<String, String> answered) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (answered.containsKey("content-length")) {
            body.write(in.readNBytes(Integer.parseInt(answered.get("content-length"))));
        } else if ("chunked".equals(answered.get("transfer-encoding"))) {
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                body.write(in.readNBytes(size));
                line();
            }
            line();
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the API closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
