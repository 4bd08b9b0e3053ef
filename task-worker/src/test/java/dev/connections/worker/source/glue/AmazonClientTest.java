package dev.connections.worker.source.glue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.connections.worker.source.StubCertificate;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.Database;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.GlueException;
import software.amazon.awssdk.services.glue.model.Table;
import tools.jackson.databind.node.ObjectNode;

/** Amazon's own client understands the stand-in, and the stand-in its signatures. */
class AmazonClientTest {
    private static final String DATABASE = "amazon_client";

    private final GlueServer server = GlueServer.shared();
    private final GlueStub stub = server.stub();

    @AfterEach
    void close() {
        stub.drop(List.of(DATABASE));
        stub.script = (action, asked) -> null;
    }

    @Test
    void databasesAndTablesAreReadPageByPage() throws Exception {
        server.createDatabase(DATABASE);
        for (int i = 0; i < 5; i++) {
            server.createTable(List.of(DATABASE, "t" + i), List.of("id", "total"));
        }
        ObjectNode wide = stub.table(List.of(DATABASE, "t0"), "EXTERNAL_TABLE");
        wide.putArray("PartitionKeys").addObject().put("Name", "day").put("Type", "date");
        wide.putObject("TargetTable").put("DatabaseName", "elsewhere").put("Name", "t");
        server.createView(List.of(DATABASE, "v"), "t1");
        try (GlueClient client = client(session())) {
            assertThat(client.getDatabasesPaginator(it -> it.catalogId(GlueStub.ACCOUNT)).stream()
                            .flatMap(page -> page.databaseList().stream()))
                    .extracting(Database::name)
                    .contains(DATABASE);
            List<Table> tables = client.getTablesPaginator(it -> it.databaseName(DATABASE)).stream()
                    .flatMap(page -> page.tableList().stream())
                    .toList();
            assertThat(tables).extracting(Table::name).containsExactly("t0", "t1", "t2", "t3", "t4", "v");
            Table first = tables.getFirst();
            assertThat(first.createTime()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
            assertThat(first.updateTime()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_250L));
            assertThat(first.storageDescriptor().columns())
                    .extracting(Column::name)
                    .containsExactly("id", "total");
            assertThat(first.partitionKeys()).extracting(Column::type).containsExactly("date");
            assertThat(first.targetTable().databaseName()).isEqualTo("elsewhere");
            assertThat(first.parameters()).containsEntry("classification", "parquet");
            assertThat(tables.getLast().viewOriginalText()).startsWith("/* Presto View: ");
        }
    }

    @Test
    void whatIsNotThereAndWhoIsNotKnownAreErrorsOfItsOwnNames() throws Exception {
        server.createDatabase(DATABASE);
        try (GlueClient client =
                client(AwsBasicCredentials.create(GlueStub.KEY.accessKeyId(), GlueStub.KEY.secretAccessKey()))) {
            assertThatExceptionOfType(EntityNotFoundException.class)
                    .isThrownBy(() ->
                            client.getTable(it -> it.databaseName(DATABASE).name("none")));
        }
        try (GlueClient client = client(AwsBasicCredentials.create(GlueStub.KEY.accessKeyId(), "wr0ng"))) {
            assertThatExceptionOfType(GlueException.class)
                    .isThrownBy(() -> client.getDatabases(it -> {}))
                    .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidSignatureException"));
        }
    }

    private static AwsCredentials session() {
        return AwsSessionCredentials.create(
                GlueStub.SESSION.accessKeyId(), GlueStub.SESSION.secretAccessKey(), GlueStub.SESSION.sessionToken());
    }

    private GlueClient client(AwsCredentials credentials) throws Exception {
        TrustManager[] trusted = StubCertificate.shared().trustManagers();
        return GlueClient.builder()
                .endpointOverride(URI.create("https://localhost:" + server.port()))
                .region(Region.of(GlueStub.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .httpClient(UrlConnectionHttpClient.builder()
                        .tlsTrustManagersProvider(() -> trusted)
                        .build())
                .build();
    }
}
