package dev.connections.worker.source;

import dev.connections.task.ErrorCode;
import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What went wrong between the worker and a source, below the source's own protocol. */
final class NetworkFailures {
    private NetworkFailures() {}

    /** The error for one exception of a chain of causes; null where it is none of the network's. */
    static @Nullable SourceError errorOf(Throwable cause) {
        return switch (cause) {
            case SourceLimitException e ->
                SourceError.of(ErrorCode.SOURCE_LIMIT_EXCEEDED, String.valueOf(e.getMessage()));
            case NotReachedException e -> e.error();
            case SocketTimeoutException e -> SourceError.of(ErrorCode.TIMEOUT, "the source did not answer in time");
            case SSLException e -> noTls(e);
            case EOFException e -> lost("the source closed the connection before it answered");
            default -> {
                Unreached reason = Unreached.by(cause);
                yield reason != null
                        ? reason.error(null)
                        : cause instanceof SocketException ? lost("the connection to the source broke") : null;
            }
        };
    }

    private static SourceError lost(String message) {
        return new SourceError(ErrorCode.REMOTE_ERROR, message, null, true);
    }

    /** A handshake that was cut off may succeed next time; one that was refused will not. */
    private static boolean brokeOff(SSLException e) {
        return e.getCause() instanceof EOFException || e.getCause() instanceof SocketException;
    }

    private static SourceError noTls(SSLException e) {
        String certificate = null;
        // The innermost says most.
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            String found = wrongWithCertificate(cause);
            certificate = found == null ? certificate : found;
        }
        if (certificate != null) {
            return new SourceError(ErrorCode.TLS_FAILED, certificate, null, brokeOff(e));
        }
        if (says(e, "unrecognized SSL message")) {
            // Garbage in place of a handshake: a port without TLS, or for now something else than the source.
            return new SourceError(
                    ErrorCode.TLS_FAILED, "the port does not answer in TLS; perhaps another port does", null, true);
        }
        String words = "no TLS session could be agreed on";
        String text = e.getMessage();
        // The JDK puts names of its classes into some of these.
        String said = text == null || text.isBlank() || text.contains("Exception") ? null : words + ": " + text;
        return new SourceError(ErrorCode.TLS_FAILED, words, said, brokeOff(e));
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
