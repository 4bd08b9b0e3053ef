package dev.connections.worker.source.sqlserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/** A socket that lies over another one, which does whatever is not done here in another way. */
class LayeredSocket extends Socket {
    private final Socket under;

    LayeredSocket(Socket under) throws SocketException {
        super(NONE);
        this.under = under;
    }

    /** There is no connection but that of the socket beneath. */
    private static final @Nullable SocketImpl NONE = null;

    final Socket under() {
        return under;
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        under.connect(endpoint, timeout);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return under.getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return under.getOutputStream();
    }

    @Override
    public void close() throws IOException {
        under.close();
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
        under.setOption(name, value);
        return this;
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        under.setSoTimeout(timeout);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return under.getSoTimeout();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        under.setTcpNoDelay(on);
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        under.setKeepAlive(on);
    }

    @Override
    public InetAddress getInetAddress() {
        return under.getInetAddress();
    }

    @Override
    public int getPort() {
        return under.getPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return under.getRemoteSocketAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return under.getLocalAddress();
    }

    @Override
    public int getLocalPort() {
        return under.getLocalPort();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return under.getLocalSocketAddress();
    }

    @Override
    public boolean isConnected() {
        return under.isConnected();
    }

    @Override
    public boolean isBound() {
        return under.isBound();
    }

    @Override
    public boolean isClosed() {
        return under.isClosed();
    }

    @Override
    public boolean isInputShutdown() {
        return under.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return under.isOutputShutdown();
    }

    @Override
    public void shutdownInput() throws IOException {
        under.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        under.shutdownOutput();
    }

    @Override
    public String toString() {
        return under.toString();
    }
}
