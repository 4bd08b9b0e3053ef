package dev.connections.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.jdbc.core.simple.JdbcClient;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MigrationsTest {
    private static final String FUNCTIONS = """
            select pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
             where n.nspname = current_schema() order by 1
            """;
    private static final String TRIGGERS =
            "select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal order by 1";

    private final TaskDatabase database = new TaskDatabase();

    @AfterAll
    void stop() {
        database.assertNoConnectionOut();
        database.close();
    }

    @Test
    void repeatableMigrationsReplaceWhatTheyMadeBefore() throws IOException {
        List<String> before = definitions();
        for (String script : scripts("R")) {
            database.jdbc.sql(script).update();
        }
        assertThat(definitions()).hasSizeGreaterThan(10).isEqualTo(before);
        TaskCommand task = database.create();
        assertThat(database.story(task.taskId())).containsExactly("1:>PENDING");
        database.assertGapless(task.taskId());
    }

    @Test
    void triggersStandInRepeatableMigrationsOnly() throws IOException {
        assertThat(scripts("V"))
                .isNotEmpty()
                .allSatisfy(script -> assertThat(script).doesNotContainPattern("create .*trigger "));
    }

    @Test
    void aCommandThatIsAskedForAgainIsOneCommandWithAHigherVersionAndTheLaterTime() {
        TaskCommand task = database.create();
        JdbcClient jdbc = database.jdbc;
        jdbc.sql("select ask_for_command(?, ?, 'VALIDATE', now() + interval '1 hour')")
                .params(task.runId(), task.taskId())
                .query(row -> {});
        assertThat(database.commands(task.runId())).isEqualTo(1);
        assertThat(jdbc.sql("select version || ' ' || (available_at > now() + interval '59 minutes')"
                                + " from command_outbox where run_id = ?")
                        .param(task.runId())
                        .query(String.class)
                        .single())
                .isEqualTo("1 true");
    }

    private List<String> definitions() {
        List<String> all = new ArrayList<>();
        all.addAll(database.jdbc.sql(FUNCTIONS).query(String.class).list());
        all.addAll(database.jdbc.sql(TRIGGERS).query(String.class).list());
        return all;
    }

    private static List<String> scripts(String prefix) throws IOException {
        List<String> scripts = new ArrayList<>();
        for (Resource script :
                new PathMatchingResourcePatternResolver().getResources("classpath:db/migration/" + prefix + "*.sql")) {
            scripts.add(script.getContentAsString(StandardCharsets.UTF_8));
        }
        return scripts;
    }
}
