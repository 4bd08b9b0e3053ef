package dev.connections.worker.source.http;

import dev.connections.task.ErrorCode;
import dev.connections.worker.source.SourceError;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.jspecify.annotations.Nullable;

/** Which exception of the HTTP client stands for which error. */
public final class HttpFailures {
    private HttpFailures() {}

    /** The error for one exception of a chain of causes; null where it is none of the client's. */
    public static @Nullable SourceError errorOf(Throwable thrown) {
        return switch (thrown) {
            case NoHttpResponseException e -> closed();
            case TruncatedChunkException e -> closed();
            case MalformedChunkCodingException e -> noHttp();
            case ConnectionClosedException e -> closed();
            // A line or a number of headers beyond all reason.
            case MessageConstraintException e -> noHttp();
            case ClientProtocolException e -> noHttp();
            case ParseException e -> noHttp();
            case HttpException e -> noHttp();
            default -> null;
        };
    }

    private static SourceError closed() {
        return new SourceError(
                ErrorCode.REMOTE_ERROR, "the source closed the connection before it answered", null, true);
    }

    private static SourceError noHttp() {
        return new SourceError(ErrorCode.REMOTE_ERROR, "the host does not answer as an HTTP server does", null, true);
    }
}
