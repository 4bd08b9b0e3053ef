package dev.connections.api.http.problem;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Reports Tomcat's own refusals (such as a path that does not decode) as problem documents; Tomcat instantiates it by
 * class name.
 */
public final class ProblemReportValve extends ErrorReportValve {
    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        try {
            ProblemResponse.write(
                    request.getRequestURI(), response.getResponse(), StatusProblems.of(response.getStatus()));
            response.finishResponse();
        } catch (IOException e) {
            // The client has disconnected; no answer can be sent.
        }
    }
}
