package dev.connections.worker.source.http;

import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceProbe;
import org.jspecify.annotations.Nullable;

/** The checks of a source that answers over HTTP, of which the first two are the same for every technology. */
public abstract class HttpProbe implements SourceProbe {
    private final Execution execution;
    private final SourceDialer dialer;
    private @Nullable HttpReach reached;

    protected HttpProbe(Execution execution, SourceDialer dialer) {
        this.execution = execution;
        this.dialer = dialer;
    }

    /** Where the source answers. */
    protected abstract HttpTarget target();

    protected final Execution execution() {
        return execution;
    }

    protected final SourceDialer dialer() {
        return dialer;
    }

    @Override
    public final Finding checkNetwork() throws Exception {
        reached = HttpReach.of(dialer, execution, target());
        return new Finding.Passed(null);
    }

    @Override
    public final Finding checkTls() throws Exception {
        HttpReach open = reached;
        return open == null ? new Finding.Skipped("the source was not reached") : open.checkTls();
    }

    /** Leaves the connection of the first two checks; those that follow make one of their own. */
    protected final void leave() {
        if (reached != null) {
            reached.close();
        }
    }

    @Override
    public void close() {
        leave();
    }
}
