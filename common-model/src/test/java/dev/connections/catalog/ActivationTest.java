package dev.connections.catalog;

import static dev.connections.catalog.Activation.DISABLED;
import static dev.connections.catalog.Activation.ENABLED;
import static dev.connections.catalog.Activation.INHERIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.ConnectionSettings.NewObjectActivation;
import dev.connections.json.Ids;
import dev.connections.task.TaskDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ActivationTest {
    private static final String INSERT = """
            insert into data_object (id, connection_id, parent_id, root_id, name, type, normalized_type, path, path_types,
                                     remote_scope, remote_id, activation, content_hash, created_by, updated_by)
            select :id::uuid, c.id, :parent::uuid, :root::uuid, :id, :type, :type, array[:id], array[:type], '', :id,
                   :activation, '', 'test', 'test'
              from connection c limit 1
            """;

    private static final String WITH_ACTIVITY = """
            select d.id,
            """
            + ActivationSql.effective("d.activation", "p.activation", "r.activation") + " = 'ENABLED' as active, "
            + ActivationSql.ACTIVE_FROM_ABOVE + " as active_from_above, " + ActivationSql.INACTIVE_FROM_ABOVE + """
             as inactive_from_above
              from data_object d
              left join data_object p on p.id = d.parent_id
              join data_object r on r.id = d.root_id
            """;

    private static final TaskDatabase DATABASE = new TaskDatabase();

    /** An object, and whether it is ACTIVE. */
    private record Expected(UUID id, boolean active) {}

    @BeforeAll
    static void aConnection() {
        DATABASE.connection();
    }

    @AfterAll
    static void close() {
        DATABASE.assertNoConnectionOut();
        DATABASE.close();
    }

    @Test
    void theRuleIsTheSameInJavaAndInStatementsForEveryTree() {
        List<Expected> expected = new ArrayList<>();
        for (Activation top : Activation.values()) {
            boolean topActive = top.isActiveBelow(true);
            UUID database = insert(null, null, NormalizedType.DATABASE, top);
            expected.add(new Expected(database, topActive));
            for (Activation middle : Activation.values()) {
                boolean middleActive = middle.isActiveBelow(topActive);
                UUID schema = insert(database, database, NormalizedType.SCHEMA, middle);
                expected.add(new Expected(schema, middleActive));
                for (Activation own : Activation.values()) {
                    UUID inSchema = insert(schema, database, NormalizedType.TABLE, own);
                    expected.add(new Expected(inSchema, own.isActiveBelow(middleActive)));
                }
            }
            for (Activation own : Activation.values()) {
                UUID inDatabase = insert(database, database, NormalizedType.VIEW, own);
                expected.add(new Expected(inDatabase, own.isActiveBelow(topActive)));
            }
        }
        assertThat(found("active")).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(found("active_from_above")).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(found("inactive_from_above is not true")).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void theNearestDecisionCounts() {
        assertThat(DISABLED.isActiveBelow(true)).isFalse();
        assertThat(ENABLED.isActiveBelow(false)).isTrue();
        assertThat(INHERIT.isActiveBelow(true)).isTrue();
        assertThat(INHERIT.isActiveBelow(false)).isFalse();
    }

    @Test
    void aNewObjectStartsAsTheNearestAboveSaysOfNewOnesAndElseAsTheConnectionDoes() {
        String sql = "select " + ActivationSql.ofNew(":setting", "cast(:parent as text)", "cast(:above as text)");
        for (NewObjectActivation setting : NewObjectActivation.values()) {
            for (Activation parent : Activation.values()) {
                for (Activation above : Activation.values()) {
                    String started = DATABASE.jdbc
                            .sql(sql)
                            .param("setting", Activation.ofNew(setting).name())
                            .param("parent", parent.name())
                            .param("above", above.name())
                            .query(String.class)
                            .single();
                    assertThat(started)
                            .isEqualTo(parent.orElse(above)
                                    .orElse(Activation.ofNew(setting))
                                    .name());
                }
            }
        }
        assertThat(Activation.ofNew(NewObjectActivation.DISABLED)).isEqualTo(DISABLED);
        assertThat(Activation.ofNew(NewObjectActivation.ENABLED)).isEqualTo(INHERIT);
    }

    private static UUID insert(@Nullable UUID parent, @Nullable UUID root, NormalizedType type, Activation activation) {
        UUID id = Ids.next();
        DATABASE.jdbc
                .sql(INSERT)
                .param("id", id.toString())
                .param("parent", parent == null ? null : parent.toString(), java.sql.Types.VARCHAR)
                .param("root", root == null ? id.toString() : root.toString())
                .param("type", type.name())
                .param("activation", activation.name())
                .update();
        return id;
    }

    private static List<Expected> found(String active) {
        return DATABASE.jdbc
                .sql("select id, " + active + " from (" + WITH_ACTIVITY + ") d")
                .query((row, i) -> new Expected(row.getObject(1, UUID.class), row.getBoolean(2)))
                .list();
    }
}
