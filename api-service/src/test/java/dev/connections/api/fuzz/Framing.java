package dev.connections.api.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** How a body goes over the wire. */
enum Framing {
    LENGTH {
        @Override
        String header(byte[] body) {
            return "Content-Length: " + body.length;
        }

        @Override
        byte[] framed(byte[] body) {
            return body;
        }
    },
    CHUNKED {
        @Override
        String header(byte[] body) {
            return "Transfer-Encoding: chunked";
        }

        @Override
        byte[] framed(byte[] body) {
            ByteArrayOutputStream chunks = new ByteArrayOutputStream();
            for (int i = 0; i < body.length; i += CHUNK) {
                byte[] chunk = Arrays.copyOfRange(body, i, Math.min(i + CHUNK, body.length));
                chunks.writeBytes((Integer.toHexString(chunk.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                chunks.writeBytes(chunk);
                chunks.writeBytes(LINE_END);
            }
            chunks.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return chunks.toByteArray();
        }
    },
    /** It is announced and never comes. Only a server that answers without it can answer. */
    WITHHELD {
        @Override
        String header(byte[] body) {
            return "Content-Length: " + (body.length + 1);
        }

        @Override
        byte[] framed(byte[] body) {
            return new byte[0];
        }
    };

    private static final int CHUNK = 10_000;
    private static final byte[] LINE_END = {'\r', '\n'};

    abstract String header(byte[] body);

    abstract byte[] framed(byte[] body);
}
