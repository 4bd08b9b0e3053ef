package dev.connections.api.http.connector;

import dev.connections.api.http.problem.ProblemException;
import dev.connections.api.http.problem.StatusProblems;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.coyote.InputBuffer;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * The bytes of a request's body, counted where they leave the server, so that nothing can read more of them than the
 * limit, or for longer: no valve, no filter, no parser of forms. Only the thread of the request uses it.
 */
final class CountedBody implements InputBuffer {
    private final Request request;
    private final InputBuffer body;
    private final BodyBudget budget;
    private final Duration limit;
    private long taken;

    /**
     * Wraps the body of a request object, which the server uses for one request after the other.
     *
     * @param limit how long a body may take from the first byte of its head on
     */
    CountedBody(Request request, InputBuffer body, BodyBudget budget, Duration limit) {
        this.request = request;
        this.body = body;
        this.budget = budget;
        this.limit = limit;
    }

    @Override
    public int doRead(ApplicationBufferHandler handler) throws IOException {
        int count = body.doRead(handler);
        // The server adds what this returns to the count, and resets it between two requests of a connection.
        long read = request.getBytesRead() + Math.max(count, 0);
        if (read > StatusProblems.MAX_BODY_BYTES) {
            throw StatusProblems.of(413);
        }
        if (count > 0 && System.nanoTime() - request.getStartTimeNanos() > limit.toNanos()) {
            throw StatusProblems.of(408);
        }
        take(read - BodyBudget.FREE);
        return count;
    }

    private void take(long bytes) {
        if (bytes > taken) {
            if (!budget.take(bytes - taken)) {
                throw ProblemException.unavailable(
                        "The service is reading as many large bodies as it can hold. Nothing was changed; try again"
                                + " later.");
            }
            taken = bytes;
        }
    }

    /** Returns to the budget what the body took, once nothing uses the body any more. */
    void release() {
        budget.give(taken);
        taken = 0;
    }

    /** Reads and discards some bytes; returns how many, or -1 at the end. */
    int skip() throws IOException {
        return body.doRead(new ApplicationBufferHandler() {
            private ByteBuffer buffer = ApplicationBufferHandler.EMPTY_BUFFER;

            @Override
            public void setByteBuffer(ByteBuffer next) {
                buffer = next;
            }

            @Override
            public ByteBuffer getByteBuffer() {
                return buffer;
            }

            @Override
            public void expand(int size) {}
        });
    }

    @Override
    public int available() {
        return body.available();
    }
}
