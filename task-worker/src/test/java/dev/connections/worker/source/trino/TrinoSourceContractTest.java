package dev.connections.worker.source.trino;

import dev.connections.worker.source.SourceContractTest;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("dev.connections.worker.source.trino.TrinoServerProcess#isRunnable")
class TrinoSourceContractTest extends SourceContractTest {
    TrinoSourceContractTest() {
        super(TrinoServerProcess.shared());
    }
}
