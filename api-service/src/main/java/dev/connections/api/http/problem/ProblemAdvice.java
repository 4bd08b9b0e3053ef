package dev.connections.api.http.problem;

import dev.connections.api.database.pool.BusyException;
import dev.connections.api.database.pool.OutcomeUnknownException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Converts every exception of a controller into a problem document. */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);
    private static final int MOST_CAUSES = 8;

    @ExceptionHandler
    ResponseEntity<Object> problem(ProblemException e, HttpServletRequest request) {
        return answer(e, HttpHeaders.EMPTY, request);
    }

    /**
     * Tomcat parses the query late; a query that does not decode or contains control characters is the caller's error.
     */
    @ExceptionHandler({InvalidParameterException.class, RequestRejectedException.class})
    ResponseEntity<Object> unreadableQuery(HttpServletRequest request) {
        return answer(StatusProblems.of(400), HttpHeaders.EMPTY, request);
    }

    @ExceptionHandler({
        DataAccessResourceFailureException.class,
        TransientDataAccessException.class,
        ConcurrencyFailureException.class,
        TransactionException.class
    })
    ResponseEntity<Object> databaseDoesNotAnswer(Exception e, HttpServletRequest request) {
        log.warn("{} {} was answered with 503: {}", request.getMethod(), request.getRequestURI(), withCauses(e));
        return answer(FailureProblems.databaseDoesNotAnswer(), HttpHeaders.EMPTY, request);
    }

    @ExceptionHandler
    ResponseEntity<Object> uncategorized(UncategorizedSQLException e, HttpServletRequest request) {
        return FailureProblems.isOfLock(e) ? databaseDoesNotAnswer(e, request) : unforeseen(e, request);
    }

    @ExceptionHandler
    ResponseEntity<Object> tooManyCostlyRequests(BusyException e, HttpServletRequest request) {
        log.warn("{} {} was answered with 503: {}", request.getMethod(), request.getRequestURI(), e.getMessage());
        return answer(
                ProblemException.unavailable("The service is busy with as many searches and dry runs as it takes at a"
                        + " time. Nothing was changed; try again later."),
                HttpHeaders.EMPTY,
                request);
    }

    @ExceptionHandler
    ResponseEntity<Object> outcomeUnknown(OutcomeUnknownException e, HttpServletRequest request) {
        log.warn(
                "{} {} was answered with 503, outcome unknown: {}",
                request.getMethod(),
                request.getRequestURI(),
                withCauses(e));
        return answer(FailureProblems.outcomeUnknown(), HttpHeaders.EMPTY, request);
    }

    /** What a pool or a driver says lies below what Spring says, in one line. */
    private static String withCauses(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                .limit(MOST_CAUSES)
                .map(Throwable::toString)
                .collect(Collectors.joining("; caused by "));
    }

    @ExceptionHandler
    ResponseEntity<Object> unforeseen(Exception e, HttpServletRequest request) {
        log.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
        return answer(StatusProblems.of(500), HttpHeaders.EMPTY, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpRequestMethodNotSupported(
            HttpRequestMethodNotSupportedException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Set<HttpMethod> supported = e.getSupportedHttpMethods();
        HttpHeaders allow = new HttpHeaders();
        allow.setAllow(PathMethods.withImplied(supported == null ? Set.of() : supported));
        return handleExceptionInternal(e, null, allow, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleAsyncRequestNotUsableException(
            AsyncRequestNotUsableException e, WebRequest request) {
        return null; // The client has disconnected; no answer can be sent.
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        HttpServletRequest servletRequest = ((ServletWebRequest) request).getRequest();
        if (status.is5xxServerError()) {
            log.error("{} {} failed", servletRequest.getMethod(), servletRequest.getRequestURI(), e);
        }
        return answer(StatusProblems.of(status.value()), headers, servletRequest);
    }

    private static ResponseEntity<Object> answer(
            ProblemException problem, HttpHeaders headers, HttpServletRequest request) {
        Map<String, Object> document = problem.document(request.getRequestURI());
        ResponseEntity.BodyBuilder response = ResponseEntity.status(problem.status())
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (problem.isTemporary()) {
            response.header(HttpHeaders.RETRY_AFTER, ProblemResponse.RETRY_AFTER);
        }
        return response.body(document);
    }
}
