package dev.connections.api.http.problem;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.core.StandardHost;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.core.Ordered;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Problem documents for failures outside the controllers: in filters, or in the server before any filter. */
@RestController
class ServerProblems implements ErrorController {
    @RequestMapping("${server.error.path:${error.path:/error}}")
    void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        ProblemException problem = problem(
                request.getAttribute(RequestDispatcher.ERROR_EXCEPTION), code instanceof Integer status ? status : 404);
        ProblemResponse.write(path instanceof String uri ? uri : request.getRequestURI(), response, problem);
    }

    private static ProblemException problem(@Nullable Object thrown, int status) {
        if (thrown instanceof ProblemException known) {
            return known;
        }
        // The keys of the token's issuer could not be fetched.
        return thrown instanceof AuthenticationServiceException
                ? ProblemException.unavailable("The service cannot check tokens at the moment; try again later.")
                : StatusProblems.of(status);
    }

    @Component
    static class InTomcat implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {
        private final PathMethods paths;

        InTomcat(PathMethods paths) {
            this.paths = paths;
        }

        @Override
        public void customize(TomcatServletWebServerFactory factory) {
            factory.addEngineValves(new UnknownMethodValve(paths));
            factory.addContextCustomizers(context -> {
                if (context.getParent() instanceof StandardHost host) {
                    host.setErrorReportValveClass(ProblemReportValve.class.getName());
                }
            });
        }

        @Override
        public int getOrder() {
            return Ordered.LOWEST_PRECEDENCE;
        }
    }
}
