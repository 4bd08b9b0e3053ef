package dev.connections.api.http.conditional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.RunningApi;
import dev.connections.json.Json;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class CompressionTest {
    private final RunningApi api = RunningApi.get();

    @Test
    void pagesAreCompressedForWhoTakesGzip() throws Exception {
        for (int i = 0; i < 5; i++) {
            api.newConnection();
        }
        HttpResponse<byte[]> plain = get("/api/connections?limit=5", "identity");
        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        HttpResponse<byte[]> zipped = get("/api/connections?limit=5", "gzip");
        assertThat(zipped.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(zipped.headers().allValues("Vary"))
                .anySatisfy(vary -> assertThat(vary).containsIgnoringCase("accept-encoding"));
        assertThat(zipped.body()).hasSizeLessThan(plain.body().length / 2);
        byte[] unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes();
        assertThat(Json.tree(new String(unzipped, java.nio.charset.StandardCharsets.UTF_8))
                        .path("data"))
                .hasSize(5);
    }

    @Test
    void theDocumentsAreCompressedAndStreamsAreNot() throws Exception {
        assertThat(get("/v3/api-docs", "gzip").headers().firstValue("Content-Encoding"))
                .hasValue("gzip");
        assertThat(get("/v3/api-docs.yaml", "gzip").headers().firstValue("Content-Encoding"))
                .hasValue("gzip");
        String path = api.newConnection();
        String task = path + "/tasks/" + api.post(path + "/validate", null).at("/taskId");
        api.post(task + "/runs/" + api.get(task).at("/latestRunId") + "/cancel", null)
                .is(200);
        HttpResponse<byte[]> stream = get(task + "/events", "gzip");
        assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        assertThat(stream.headers().firstValue("Content-Encoding")).isEmpty();
    }

    private HttpResponse<byte[]> get(String path, String encoding) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
                            .header("Authorization", "Bearer " + api.everything())
                            .header("Accept-Encoding", encoding)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }
    }
}
