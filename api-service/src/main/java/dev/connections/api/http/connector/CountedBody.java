package dev.connections.api.http.connector;

import dev.connections.api.http.problem.StatusProblems;
import java.io.IOException;
import org.apache.coyote.InputBuffer;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * The bytes of a request's body, counted where they leave the server, so that nothing can read more of them than the
 * limit: no valve, no filter, no parser of forms.
 */
final class CountedBody implements InputBuffer {
    private final Request request;
    private final InputBuffer body;

    CountedBody(Request request, InputBuffer body) {
        this.request = request;
        this.body = body;
    }

    @Override
    public int doRead(ApplicationBufferHandler handler) throws IOException {
        int count = body.doRead(handler);
        // The server adds what this returns to the count, and resets it between two requests of a connection.
        if (request.getBytesRead() + Math.max(count, 0) > StatusProblems.MAX_BODY_BYTES) {
            throw StatusProblems.of(413);
        }
        return count;
    }

    @Override
    public int available() {
        return body.available();
    }
}
