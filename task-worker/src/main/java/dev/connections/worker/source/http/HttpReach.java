package dev.connections.worker.source.http;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.Dial;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.TlsFinding;
import java.io.IOException;
import java.net.Socket;

/** The first two checks of a source that answers over HTTP: its port, and its TLS. */
final class HttpReach implements AutoCloseable {
    private final SourceDialer dialer;
    private final Execution execution;
    private final HttpTarget target;
    private final Dial dial;
    private final Socket socket;

    private HttpReach(SourceDialer dialer, Execution execution, HttpTarget target, Dial dial, Socket socket) {
        this.dialer = dialer;
        this.execution = execution;
        this.target = target;
        this.dial = dial;
        this.socket = socket;
    }

    /** Opens a TCP connection and sends nothing yet. */
    static HttpReach of(SourceDialer dialer, Execution execution, HttpTarget target) throws Exception {
        Dial dial = HttpSession.dial(dialer, execution, target);
        Socket socket = dial.within(dialer.limit(), execution, () -> dial.connect(target.host()));
        return new HttpReach(dialer, execution, target, dial, socket);
    }

    /** Makes the handshake, where the target is encrypted. */
    Finding checkTls() throws Exception {
        if (target.mode() == TlsMode.DISABLE) {
            return TlsFinding.disabled();
        }
        if (!target.isEncrypted()) {
            return new Finding.Warning("over HTTP there is no agreeing on TLS, so with the mode PREFER nothing is"
                    + " encrypted; set REQUIRE, VERIFY_CA or VERIFY_FULL, and the port of HTTPS");
        }
        String protocol = dial.within(dialer.limit(), execution, this::handshake);
        return TlsFinding.agreed(protocol, target.mode());
    }

    private String handshake() throws IOException {
        dial.prepareTls();
        return dial.handshake(socket, target.host());
    }

    @Override
    public void close() {
        dial.close();
    }
}
