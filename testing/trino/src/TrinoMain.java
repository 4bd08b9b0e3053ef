import com.google.inject.Key;
import io.trino.connector.CatalogManagerConfig;
import io.trino.connector.MockConnectorFactory;
import io.trino.connector.MockConnectorPlugin;
import io.trino.plugin.base.security.AllowAllSystemAccessControl;
import io.trino.plugin.base.security.FileBasedSystemAccessControl;
import io.trino.plugin.base.security.ForwardingSystemAccessControl;
import io.trino.plugin.base.security.testing.TestingSystemAccessControlContext;
import io.trino.plugin.memory.MemoryPlugin;
import io.trino.server.security.PasswordAuthenticatorManager;
import io.trino.server.testing.TestingTrinoServer;
import io.trino.spi.connector.ColumnMetadata;
import io.trino.spi.connector.ConnectorMaterializedViewDefinition;
import io.trino.spi.connector.SchemaTableName;
import io.trino.spi.security.AccessDeniedException;
import io.trino.spi.security.BasicPrincipal;
import io.trino.spi.security.SystemAccessControl;
import io.trino.spi.security.SystemSecurityContext;
import io.trino.spi.type.IntegerType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A cluster of one node for tests, started from its source: Trino is compiled for a newer Java than this service. It trusts
 * user names over HTTP and asks for the password over HTTPS, with the certificate in the folder. It ends with its parent.
 *
 * <p>The folder gets the files http and https with the ports, and then the file up. While it has a file hold, listings of
 * tables wait. While it has a file rules.json, these are the rules of file-based access control for everybody; else everybody
 * may do everything. Catalogs are in memory, or with the connector mock have one materialized view, kept.stored.
 */
public class TrinoMain {
    /** Takes the folder, and the user and password that HTTPS asks for. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        TestingTrinoServer server = TestingTrinoServer.builder()
                .setCatalogMangerKind(CatalogManagerConfig.CatalogMangerKind.DYNAMIC)
                .setProperties(Map.of(
                        "http-server.https.enabled", "true",
                        "http-server.https.port", "0",
                        "http-server.https.keystore.path", folder.resolve("server.p12").toString(),
                        "http-server.https.keystore.key", "changeit",
                        "http-server.authentication.type", "PASSWORD",
                        // It must be there, and is not read.
                        "password-authenticator.config-files", Files.createFile(folder.resolve("password")).toString(),
                        "http-server.authentication.allow-insecure-over-http", "true"))
                .setSystemAccessControl(new Rules(folder))
                .build();
        server.getInstance(Key.get(PasswordAuthenticatorManager.class)).setAuthenticators((user, password) -> {
            if (!user.equals(args[1]) || !password.equals(args[2])) {
                throw new AccessDeniedException("wrong");
            }
            return new BasicPrincipal(user);
        });
        server.installPlugin(new MemoryPlugin());
        server.installPlugin(new MockConnectorPlugin(materializedView()));
        Files.writeString(folder.resolve("http"), "" + server.getAddress().getPort());
        Files.writeString(folder.resolve("https"), "" + server.getHttpsAddress().getPort());
        Files.createFile(folder.resolve("up"));
        // The parent holds the other end, and lets go of it when it dies.
        while (System.in.read() >= 0) {}
        Runtime.getRuntime().halt(0);
    }

    private static MockConnectorFactory materializedView() {
        var name = new SchemaTableName("kept", "stored");
        var view = new ConnectorMaterializedViewDefinition(
                "SELECT 1 one",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(new ConnectorMaterializedViewDefinition.Column(
                        "one", IntegerType.INTEGER.getTypeId(), Optional.empty())),
                Optional.of(Duration.ZERO),
                Optional.empty(),
                Optional.of("always one"),
                Optional.of("admin"),
                List.of());
        return MockConnectorFactory.builder()
                .withName("mock")
                .withListSchemaNames(session -> List.of(name.getSchemaName()))
                .withListTables((session, schema) ->
                        schema.equals(name.getSchemaName()) ? List.of(name.getTableName()) : List.of())
                .withGetColumns(table -> List.of(new ColumnMetadata("one", IntegerType.INTEGER)))
                .withGetMaterializedViews(
                        (session, prefix) -> prefix.matches(name) ? Map.of(name, view) : Map.of())
                .build();
    }

    private static final class Rules extends ForwardingSystemAccessControl {
        private final Path folder;
        private SystemAccessControl ofFile;

        Rules(Path folder) {
            this.folder = folder;
        }

        @Override
        protected synchronized SystemAccessControl delegate() {
            Path file = folder.resolve("rules.json");
            if (!Files.exists(file)) {
                ofFile = null;
                return AllowAllSystemAccessControl.INSTANCE;
            }
            if (ofFile == null) {
                ofFile = new FileBasedSystemAccessControl.Factory()
                        .create(
                                Map.of("security.config-file", file.toString()),
                                new TestingSystemAccessControlContext());
            }
            return ofFile;
        }

        @Override
        public Set<SchemaTableName> filterTables(
                SystemSecurityContext context, String catalog, Set<SchemaTableName> tables) {
            try {
                while (Files.exists(folder.resolve("hold"))) {
                    Thread.sleep(20);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return super.filterTables(context, catalog, tables);
        }
    }
}
