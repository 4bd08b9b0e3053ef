package dev.connections.worker.source;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong at a source.
 *
 * @param words in words of this service, which hold nothing that the source has sent
 * @param said the source's own message, shown in place of the words unless it repeats a secret; null where the words say
 *     all
 */
public record SourceError(
        ErrorCode code, String words, @Nullable String said, boolean retryable) {
    /** An error in words of this service, as retryable as its code is. */
    public static SourceError of(ErrorCode code, String words) {
        return new SourceError(code, words, null, code.isRetryable());
    }

    /** The error as the contract shows it. The whole message is searched for secrets before it is shortened. */
    public TaskError toTaskError(Collection<String> secrets) {
        boolean shown = said != null && !said.isBlank() && secrets.stream().noneMatch(said::contains);
        return new TaskError(code, shown ? RemoteText.plain(said) : words, retryable);
    }
}
