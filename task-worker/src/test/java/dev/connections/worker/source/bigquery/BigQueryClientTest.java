package dev.connections.worker.source.bigquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.bigquery.Bigquery;
import com.google.api.services.bigquery.BigqueryScopes;
import com.google.api.services.bigquery.model.Dataset;
import com.google.api.services.bigquery.model.DatasetList;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableConstraints.ForeignKeys;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableList;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import dev.connections.worker.source.StubCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Google's own clients log in to the stand-in, ask with the paths and parameters that crawls use, and read the answers. */
class BigQueryClientTest {
    private static final String PROJECT = "client";

    private final BigQueryServer server = BigQueryServer.shared();
    private final BigQueryStub stub = server.stub();
    private final Bigquery client = client();

    @BeforeEach
    void create() {
        stub.project(PROJECT);
        for (String dataset : List.of("shop", "stock", "sales", "_hidden")) {
            stub.dataset(List.of(PROJECT, dataset)).put("description", "about " + dataset);
        }
    }

    @AfterEach
    void close() {
        stub.drop(List.of(PROJECT));
    }

    @Test
    void datasetsAreListedPageByPage() throws IOException {
        List<String> names = new ArrayList<>();
        String token = null;
        do {
            DatasetList page = client.datasets()
                    .list(PROJECT)
                    .setAll(false)
                    .setMaxResults(1_000L)
                    .setPageToken(token)
                    .setFields("nextPageToken,datasets(datasetReference/datasetId)")
                    .execute();
            if (page.getDatasets() != null) {
                page.getDatasets()
                        .forEach(dataset ->
                                names.add(dataset.getDatasetReference().getDatasetId()));
            }
            token = page.getNextPageToken();
        } while (token != null);
        assertThat(names).containsExactly("shop", "stock", "sales");
    }

    @Test
    void aDatasetIsDescribed() throws IOException {
        Dataset dataset = client.datasets()
                .get(PROJECT, "shop")
                .setDatasetView("METADATA")
                .execute();
        assertThat(dataset.getDescription()).isEqualTo("about shop");
        assertThat(dataset.getType()).isEqualTo("DEFAULT");
        assertThat(dataset.getCreationTime()).isEqualTo(1_700_000_000_000L);
        assertThat(dataset.getLastModifiedTime()).isEqualTo(1_700_000_000_000L);
    }

    @Test
    void tablesAreListedPageByPage() throws IOException {
        for (String name : List.of("a", "b b", "表", "d", "e")) {
            stub.table(List.of(PROJECT, "shop", name), "TABLE");
        }
        List<String> names = new ArrayList<>();
        String token = null;
        do {
            TableList page = page(token);
            if (page.getTables() != null) {
                page.getTables()
                        .forEach(table -> names.add(table.getTableReference().getTableId()));
            }
            token = page.getNextPageToken();
        } while (token != null);
        assertThat(names).containsExactly("a", "b b", "表", "d", "e");
        assertThat(client.tables().get(PROJECT, "shop", "表").execute().getType())
                .isEqualTo("TABLE");
    }

    private TableList page(@Nullable String token) throws IOException {
        return client.tables()
                .list(PROJECT, "shop")
                .setMaxResults(1_000L)
                .setPageToken(token)
                .setFields("nextPageToken,tables(tableReference/tableId)")
                .execute();
    }

    @Test
    void aTableIsDescribedWithItsFieldsAndKeys() throws IOException {
        ObjectNode table =
                stub.table(List.of(PROJECT, "shop", "lines"), "EXTERNAL").put("description", "of orders");
        ObjectNode price = BigQueryStub.field(table, "price", "RECORD").put("mode", "REPEATED");
        BigQueryStub.field(price, "amount", "NUMERIC").put("precision", "10").put("scale", "2");
        BigQueryStub.field(table, "span", "RANGE").putObject("rangeElementType").put("type", "DATE");
        BigQueryStub.field(table, "twice", "INTEGER")
                .putObject("generatedColumn")
                .putObject("generatedExpressionInfo")
                .put("generationExpression", "1 + 1");
        table.putObject("externalDataConfiguration").put("sourceFormat", "PARQUET");
        ObjectNode constraints = table.putObject("tableConstraints");
        constraints.putObject("primaryKey").putArray("columns").add("span");
        ObjectNode key = constraints.putArray("foreignKeys").addObject().put("name", "fk$1");
        key.putObject("referencedTable")
                .put("projectId", PROJECT)
                .put("datasetId", "shop")
                .put("tableId", "orders");
        key.putArray("columnReferences")
                .addObject()
                .put("referencingColumn", "span")
                .put("referencedColumn", "id");

        Table read = client.tables()
                .get(PROJECT, "shop", "lines")
                .setFields(BigQueryTable.FIELDS)
                .execute();

        assertThat(read.getType()).isEqualTo("EXTERNAL");
        assertThat(read.getDescription()).isEqualTo("of orders");
        assertThat(read.getCreationTime()).isEqualTo(1_700_000_000_000L);
        assertThat(read.getNumRows()).isNull();
        assertThat(read.getExternalDataConfiguration().getSourceFormat()).isEqualTo("PARQUET");
        List<TableFieldSchema> fields = read.getSchema().getFields();
        assertThat(fields).extracting(TableFieldSchema::getName).containsExactly("price", "span", "twice");
        assertThat(fields.getFirst().getFields().getFirst().getScale()).isEqualTo(2);
        assertThat(fields.get(1).getRangeElementType().getType()).isEqualTo("DATE");
        assertThat(fields.get(2)
                        .getGeneratedColumn()
                        .getGeneratedExpressionInfo()
                        .getGenerationExpression())
                .isEqualTo("1 + 1");
        assertThat(read.getTableConstraints().getPrimaryKey().getColumns()).containsExactly("span");
        ForeignKeys foreignKey = read.getTableConstraints().getForeignKeys().getFirst();
        assertThat(foreignKey.getReferencedTable().getTableId()).isEqualTo("orders");
        assertThat(foreignKey.getColumnReferences().getFirst().getReferencedColumn())
                .isEqualTo("id");
    }

    @Test
    void viewsHaveTheirQueries() throws IOException {
        stub.table(List.of(PROJECT, "shop", "v"), "VIEW").putObject("view").put("query", "select 1");
        stub.table(List.of(PROJECT, "shop", "m"), "MATERIALIZED_VIEW")
                .putObject("materializedView")
                .put("query", "select 2");
        assertThat(client.tables().get(PROJECT, "shop", "v").execute().getView().getQuery())
                .isEqualTo("select 1");
        assertThat(client.tables()
                        .get(PROJECT, "shop", "m")
                        .execute()
                        .getMaterializedView()
                        .getQuery())
                .isEqualTo("select 2");
    }

    @Test
    void anErrorHasItsReason() {
        GoogleJsonResponseException e = catchThrowableOfType(
                GoogleJsonResponseException.class,
                () -> client.tables().get(PROJECT, "shop", "nowhere").execute());
        assertThat(e.getStatusCode()).isEqualTo(404);
        assertThat(e.getDetails().getErrors().getFirst().getReason()).isEqualTo("notFound");
    }

    /** Logs in by the library of Google's as well, with the key file that connections have. */
    private Bigquery client() {
        String root = "https://localhost:" + server.port();
        try (InputStream authority =
                        Files.newInputStream(StubCertificate.shared().authority());
                InputStream keyFile =
                        new ByteArrayInputStream(TokenStub.keyFile().getBytes(StandardCharsets.UTF_8))) {
            NetHttpTransport transport = new NetHttpTransport.Builder()
                    .trustCertificatesFromStream(authority)
                    .build();
            GoogleCredentials credentials = ServiceAccountCredentials.fromStream(keyFile).toBuilder()
                    .setTokenServerUri(URI.create(root + "/token"))
                    .setScopes(List.of(BigqueryScopes.CLOUD_PLATFORM_READ_ONLY))
                    .setHttpTransportFactory(() -> transport)
                    .build();
            return new Bigquery.Builder(
                            transport, GsonFactory.getDefaultInstance(), new HttpCredentialsAdapter(credentials))
                    .setRootUrl(root + "/")
                    .setApplicationName("test")
                    .build();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
