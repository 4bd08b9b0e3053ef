package dev.connections.worker.source.http;

import dev.connections.worker.source.Dial;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.Registry;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 over the sockets of a dial: no redirect, retry, cookie, compression, upgrade or proxy. */
final class HttpConnection {
    private static final int LONGEST_LINE = 16_384;
    private static final int MOST_HEADERS = 200;
    private static final ContentType PLAIN_TEXT = ContentType.TEXT_PLAIN.withCharset(StandardCharsets.UTF_8);

    private final HttpHost host;
    private final String hostHeader;
    private final CloseableHttpClient client;

    HttpConnection(Dial dial, HttpTarget target) {
        this.host = new HttpHost(
                target.scheme(), target.host().name(), target.host().port());
        this.hostHeader = target.hostHeader();
        Registry<TlsSocketStrategy> tls = RegistryBuilder.<TlsSocketStrategy>create()
                .register("https", (socket, host, port, attachment, context) -> encrypted(dial, socket, host, port))
                .build();
        BasicHttpClientConnectionManager connections = new BasicHttpClientConnectionManager(
                new DefaultHttpClientConnectionOperator(proxy -> dial.newSocket(), null, new LeftToTheGuard(), tls),
                ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxLineLength(LONGEST_LINE)
                                .setMaxHeaderCount(MOST_HEADERS)
                                .build())
                        .build());
        // A server may close a kept connection at any time; what was closed is not used again.
        connections.setConnectionConfig(ConnectionConfig.custom()
                .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                .build());
        this.client = HttpClients.custom()
                .setConnectionManager(connections)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableDefaultUserAgent()
                .build();
    }

    /** Sends the request and reads the whole answer; blocks until the limit of the dial where the source is slow. */
    HttpAnswer exchange(HttpQuestion question, Duration limit) throws IOException {
        ClassicHttpRequest request = new BasicClassicHttpRequest(question.method(), host, question.path());
        // The client would name the scheme's own port, with which what AWS signs is another request.
        request.setHeader(HttpHeaders.HOST, hostHeader);
        question.headers().forEach(request::setHeader);
        if (question.body() != null) {
            request.setEntity(new StringEntity(question.body(), PLAIN_TEXT));
        }
        HttpClientContext context = HttpClientContext.create();
        context.setRequestConfig(RequestConfig.custom()
                .setResponseTimeout(Timeout.of(limit))
                .setProtocolUpgradeEnabled(false)
                .build());
        return client.execute(request, context, HttpConnection::read);
    }

    private static HttpAnswer read(ClassicHttpResponse response) throws IOException {
        byte[] body = new byte[0];
        if (response.getEntity() != null) {
            try (InputStream content = response.getEntity().getContent()) {
                // The check of the socket ends what is too long.
                body = content.readAllBytes();
            }
        }
        Header encoding = response.getFirstHeader(HttpHeaders.CONTENT_ENCODING);
        return new HttpAnswer(
                response.getCode(),
                seconds(response.getFirstHeader(HttpHeaders.RETRY_AFTER)),
                encoding != null && encoding.getValue().equalsIgnoreCase("gzip"),
                body);
    }

    /** A date instead of seconds is taken for nothing. */
    private static long seconds(@Nullable Header retryAfter) {
        String value = retryAfter == null ? "" : retryAfter.getValue().strip();
        return value.matches("[0-9]{1,6}") ? Long.parseLong(value) : 0;
    }

    private static SSLSocket encrypted(Dial dial, Socket socket, String host, int port) throws IOException {
        SSLSocket encrypted = dial.encrypted(socket, host, port);
        encrypted.startHandshake();
        return encrypted;
    }

    /** Names go to the guarded socket as they are, which resolves, checks and dials them in one step. */
    private static final class LeftToTheGuard implements DnsResolver {
        @Override
        public List<InetSocketAddress> resolve(String host, int port) {
            return List.of(InetSocketAddress.createUnresolved(host, port));
        }

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            throw new UnknownHostException("names are resolved by the socket");
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
