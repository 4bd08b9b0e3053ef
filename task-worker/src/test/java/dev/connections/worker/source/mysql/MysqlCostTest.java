package dev.connections.worker.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("dev.connections.worker.source.mysql.MysqlServerProcess#isRunnable")
class MysqlCostTest extends MysqlFamilyCostTest {
    MysqlCostTest() {
        super(MysqlServers.mysql());
    }

    /** MariaDB keeps such attributes too, where its performance_schema is switched on. */
    @Test
    void theThreeSessionsOfACrawlNameItsRun() throws Exception {
        source("create table orders (id int primary key)");
        List<String> names = new ArrayList<>();

        String run = whileHeld(() -> readPrograms(names));

        assertThat(names).hasSize(3).containsOnly("connections " + run);
    }

    private void readPrograms(List<String> programs) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select attr_value from performance_schema.session_connect_attrs"
                        + " where attr_name = 'program_name' and attr_value like 'connections %'")) {
            while (row.next()) {
                programs.add(row.getString(1));
            }
        }
    }
}
