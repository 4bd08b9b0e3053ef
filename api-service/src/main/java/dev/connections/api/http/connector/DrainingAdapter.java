package dev.connections.api.http.connector;

import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.SocketEvent;

/** Hands requests on, and drains each when it has been answered. */
final class DrainingAdapter implements Adapter {
    private final Adapter adapter;
    private final Runnable drain;

    DrainingAdapter(Adapter adapter, Runnable drain) {
        this.adapter = adapter;
        this.drain = drain;
    }

    @Override
    public void service(Request request, Response response) throws Exception {
        adapter.service(request, response);
        drain.run();
    }

    @Override
    public boolean prepare(Request request, Response response) throws Exception {
        return adapter.prepare(request, response);
    }

    @Override
    public boolean asyncDispatch(Request request, Response response, SocketEvent status) throws Exception {
        return adapter.asyncDispatch(request, response, status);
    }

    @Override
    public void log(Request request, Response response, long time) {
        adapter.log(request, response, time);
    }

    @Override
    public void checkRecycled(Request request, Response response) {
        adapter.checkRecycled(request, response);
    }

    @Override
    public String getDomain() {
        return adapter.getDomain();
    }
}
