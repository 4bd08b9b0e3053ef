package dev.connections.worker.execution;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What went wrong between the worker and a platform, below the platform's own protocol. */
final class NetworkFailures {
    private NetworkFailures() {}

    /** The error for one exception of a chain of causes; null where it is none of the network's. */
    static @Nullable TaskError errorOf(Throwable cause) {
        return switch (cause) {
            case UnknownHostException e ->
                TaskError.of(ErrorCode.HOST_UNREACHABLE, "the configured host name does not resolve to an address");
            case NoRouteToHostException e ->
                TaskError.of(ErrorCode.HOST_UNREACHABLE, "no route leads to the configured host");
            case SocketTimeoutException e -> TaskError.of(ErrorCode.TIMEOUT, "the platform did not answer in time");
            case ConnectException e -> notConnected(e);
            case SSLException e -> new TaskError(ErrorCode.TLS_FAILED, noTls(e), brokeOff(e));
            case EOFException e -> lost("the platform closed the connection before it answered");
            case SocketException e ->
                says(e, "unreachable") ? unreachable() : lost("the connection to the platform broke");
            default -> null;
        };
    }

    private static TaskError notConnected(ConnectException e) {
        if (says(e, "timed out")) {
            return TaskError.of(ErrorCode.TIMEOUT, "the platform did not answer in time");
        }
        return says(e, "unreachable")
                ? unreachable()
                : TaskError.of(
                        ErrorCode.CONNECTION_REFUSED, "nothing accepts connections at the configured host and port");
    }

    private static TaskError unreachable() {
        return TaskError.of(ErrorCode.HOST_UNREACHABLE, "the network of the configured host is unreachable");
    }

    private static TaskError lost(String message) {
        return new TaskError(ErrorCode.REMOTE_ERROR, message, true);
    }

    /** A handshake that was cut off may succeed next time; one that was refused will not. */
    private static boolean brokeOff(SSLException e) {
        return e.getCause() instanceof EOFException || e.getCause() instanceof SocketException;
    }

    private static String noTls(SSLException e) {
        String certificate = null;
        // The innermost says most.
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            String found = wrongWithCertificate(cause);
            certificate = found == null ? certificate : found;
        }
        if (certificate != null) {
            return certificate;
        }
        String text = Words.plain(e.getMessage());
        // The JDK puts names of its classes into some of these.
        return "no TLS session could be agreed on" + (text.contains("Exception") ? "" : ": " + text);
    }

    private static @Nullable String wrongWithCertificate(Throwable cause) {
        return switch (cause) {
            case CertificateExpiredException e -> "the server's certificate has expired";
            case CertificateNotYetValidException e -> "the server's certificate is not valid yet";
            case CertPathBuilderException e -> "the server's certificate was not issued by a trusted authority";
            case CertPathValidatorException e -> "the server's certificate was not issued by a trusted authority";
            case CertificateException e ->
                says(e, "No name") || says(e, "No subject alternative")
                        ? "the server's certificate does not name the configured host"
                        : "the server's certificate is not trusted";
            default -> null;
        };
    }

    private static boolean says(Throwable e, String text) {
        String message = e.getMessage();
        return message != null && message.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
    }
}
