package dev.connections.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.embedded.PostgresServer;
import dev.connections.standalone.DemoConnection.Registered;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoConnectionTest {
    private static final String DEMO = "/api/connections/demo";

    @Test
    void aConnectionThatIsNotInUseIsLeftAsItIsWhereTheWarehouseHasMoved(@TempDir Path folder) throws Exception {
        try (ServiceUnderTest service = new ServiceUnderTest(folder);
                PostgresServer elsewhere = PostgresServer.startTemporary()) {
            ApiClient api = service.startApi();
            DemoConnection before = new DemoConnection(api, new DemoWarehouse(service.source, "p"));
            DemoConnection after = new DemoConnection(api, new DemoWarehouse(elsewhere, "p"));
            assertThat(before.register()).isEqualTo(Registered.NEW);
            assertThat(before.register()).isEqualTo(Registered.KNOWN);
            api.send("POST", DEMO + "/deactivate", Map.of()).expect(200);
            assertThat(before.register()).isEqualTo(Registered.KNOWN);
            assertThat(after.register()).isEqualTo(Registered.LEADS_ELSEWHERE);
            assertThat(port(api)).isEqualTo(service.source.port());
            api.send("POST", DEMO + "/activate", Map.of()).expect(200);
            assertThat(after.register()).isEqualTo(Registered.KNOWN);
            assertThat(port(api)).isEqualTo(elsewhere.port());
            api.send("POST", DEMO + "/deactivate", Map.of()).expect(200);
            api.send("DELETE", DEMO, Map.of()).expect(202);
            assertThat(before.register()).isEqualTo(Registered.LEADS_ELSEWHERE);
        }
    }

    private static int port(ApiClient api) throws Exception {
        return api.get(DEMO).expect(200).at("/clientConfiguration/port").intValue();
    }
}
