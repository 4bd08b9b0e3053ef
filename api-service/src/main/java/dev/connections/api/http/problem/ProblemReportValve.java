package dev.connections.api.http.problem;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/** Tomcat's own refusals (a path that does not decode, say) as problem documents; Tomcat makes it by its class name. */
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
            // The client has gone; there is nobody to answer.
        }
    }
}
