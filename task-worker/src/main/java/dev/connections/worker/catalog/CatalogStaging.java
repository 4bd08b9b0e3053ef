package dev.connections.worker.catalog;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.StorableText;
import dev.connections.json.Ids;
import dev.connections.json.Json;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Effect;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.RunFailures;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Takes what a crawl finds, object by object, in temporary tables of a session of its own, and merges it into the
 * catalog at the end. While the source is read no transaction is open here, and memory holds one chunk of rows.
 */
public final class CatalogStaging implements Effect {
    private static final Logger log = LoggerFactory.getLogger(CatalogStaging.class);

    /** A result goes into an event, which Kafka takes up to a megabyte of. */
    private static final int MOST_WARNINGS = 100;

    private static final int LONGEST_WARNING = 1_000;

    /** Details are kept as they come, neither compressed nor elsewhere: they are read once. */
    private static final String CREATE = """
            discard temp;
            create temp table staged (
                candidate uuid, parent uuid, level int, context boolean, remote_scope text, remote_id text, name text,
                type text, normalized_type text, remote_type text, remote_format text, remote_kind text,
                remote_created_at timestamptz(3), remote_updated_at timestamptz(3), description text, path text[],
                path_types text[], detail text, column_names text[], content_hash bytea)
                with (autovacuum_enabled = off, toast_tuple_target = 8160);
            alter table staged alter detail set storage external;
            create temp table listed (parent uuid);
            create temp table marked (mark text, remote_scope text, remote_id text);
            create temp table late_text (remote_scope text, remote_id text, number int, body text);
            """;

    private static final String CLEAR = "truncate staged, listed, marked, late_text";

    private static final String INDEX = """
            create index on staged (candidate);
            analyze staged (candidate, parent, level, remote_scope, remote_id);
            analyze listed;
            analyze marked;
            """;

    /** Stands for an object's keys where the number of a column would stand. */
    private static final int KEYS = -1;

    /**
     * Puts what was read by itself, texts and keys, into the details; what has no body is as the catalog has it. Only the
     * objects that have such are written again. Keys have one form, whether they were read or kept, for the sake of the hash.
     */
    private static final String ADD_TEXTS = """
            analyze staged (remote_scope, remote_id);
            analyze late_text;
            with text as (
                select s.candidate, t.number,
                       coalesce(case when t.number = :keys then (t.body::jsonb - 'columns')::text else t.body end,
                                case when t.number = 0 then o.detail ->> 'viewDefinition'
                                     when t.number = :keys then nullif(
                                          jsonb_build_object('primaryKey', o.detail -> 'primaryKey',
                                                             'foreignKeys', o.detail -> 'foreignKeys'),
                                          '{"primaryKey": [], "foreignKeys": []}')::text
                                     else (select c ->> 'defaultValue' from jsonb_array_elements(o.detail -> 'columns') c
                                            where (c ->> 'ordinal')::int = t.number) end) as body
                  from late_text t
                  join staged s on s.remote_scope = t.remote_scope and s.remote_id = t.remote_id
                  left join data_object o on t.body is null and o.connection_id = ':connection'
                                         and o.remote_scope = t.remote_scope and o.remote_id = t.remote_id
            ), known as (
                select candidate, jsonb_object_agg(number::text, body) as bodies,
                       string_agg(number || ':' || length(body) || ':' || body, ',' order by number) as all_of_them
                  from text where body is not null group by candidate
            )
            update staged s
               set content_hash = sha256(s.content_hash || convert_to(k.all_of_them, 'UTF8')),
                   detail = s.detail::jsonb
                       || case when k.bodies ? '0' then jsonb_build_object('viewDefinition', k.bodies -> '0') else '{}' end
                       || case when k.bodies ? ':keys' then (k.bodies ->> ':keys')::jsonb else '{}' end
                       || case when k.bodies - '0' - ':keys' = '{}' then '{}' else jsonb_build_object('columns',
                              (select jsonb_agg(case when k.bodies ? (c ->> 'ordinal')
                                                     then c || jsonb_build_object('defaultValue', k.bodies -> (c ->> 'ordinal'))
                                                     else c end order by i)
                                 from jsonb_array_elements(s.detail::jsonb -> 'columns') with ordinality as a (c, i))) end
              from known k
             where s.candidate = k.candidate
            """.replace(":keys", String.valueOf(KEYS));

    /** Of what was staged for the case that it is new: what the catalog has is kept as it is. */
    private static final String KEEP_KNOWN = """
            analyze staged (remote_scope, remote_id);
            with known as (
                delete from staged s
                 using marked m, data_object o
                 where m.mark = 'STAGED_IF_NEW' and s.remote_scope = m.remote_scope and s.remote_id = m.remote_id
                   and o.connection_id = ':connection' and o.missing_since is null
                   and o.remote_scope = m.remote_scope and o.remote_id = m.remote_id
                returning s.remote_scope, s.remote_id
            )
            insert into marked select 'KEPT', remote_scope, remote_id from known
            """;

    /**
     * Before the merge, whose locks others would wait for. Whatever has such a name already was noted with it; should the
     * crawl fail, a name too many does no harm.
     */
    private static final String NOTE_NAMES = """
            select note_names(array_agg(distinct s.name)) from staged s
             where not exists (select from data_object o where o.name = s.name) having count(*) > 0
            """;

    private final Connection connection;
    private final Execution execution;
    private final StatementCanceller canceller;
    private final StagingTable objects;
    private final StagingTable listings;
    private final StagingTable marks;
    private final StagingTable texts;
    private final OffsetDateTime readFrom;
    private final ContentHash hash = new ContentHash();
    private final List<String> warnings = new ArrayList<>();
    private int warned;
    private boolean someAreKeptIfKnown;

    private CatalogStaging(Connection connection, Execution execution) throws SQLException {
        this.connection = connection;
        this.execution = execution;
        this.objects = new StagingTable(connection, "staged");
        this.listings = new StagingTable(connection, "listed");
        this.marks = new StagingTable(connection, "marked");
        this.texts = new StagingTable(connection, "late_text");
        this.readFrom = prepare(connection);
        this.canceller = StatementCanceller.of(connection, execution);
    }

    /** Takes a session of this service's database, for as long as the crawl lasts. */
    public static CatalogStaging open(DataSource dataSource, Execution execution) {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            return new CatalogStaging(connection, execution);
        } catch (SQLException e) {
            giveBack(connection);
            throw OwnDatabase.failure("prepare the staging of a crawl", e);
        }
    }

    /** Stages an object below a staged one; null is the top. */
    public Placed stage(@Nullable Placed parent, FoundObject found) {
        return stage(parent, found, false);
    }

    /** Stages an object that is only the way to where the crawl starts. */
    public Placed stageContext(@Nullable Placed parent, FoundObject found) {
        return stage(parent, found, true);
    }

    /** Records that all the filters cover below the object (null: at the top) has been staged: the rest is not there. */
    public void complete(@Nullable Placed parent) {
        listings.row().add(parent == null ? execution.target().connectionId() : parent.candidate());
        listings.endRow();
    }

    /**
     * Adds a text of a staged object that was read by itself.
     *
     * @param number that of the column whose expression it is; 0 for a view's definition
     * @param text null to keep it as the catalog has it
     */
    public void addText(RemoteIdentity object, int number, @Nullable String text) {
        texts.row().add(object.scope()).add(object.id()).add(number).add(text == null ? null : StorableText.of(text));
        texts.endRow();
    }

    /**
     * Adds the keys of a staged table that were read by themselves.
     *
     * @param keys a detail with nothing else; null to keep them as the catalog has them
     */
    public void addKeys(RemoteIdentity object, @Nullable ObjectDetail keys) {
        texts.row().add(object.scope()).add(object.id()).add(KEYS).add(keys == null ? null : Json.write(keys));
        texts.endRow();
    }

    /** Forgets everything that was staged, with its warnings. */
    public void clear() {
        List.of(objects, listings, marks, texts).forEach(StagingTable::clear);
        warnings.clear();
        warned = 0;
        someAreKeptIfKnown = false;
        try (Statement statement = connection.createStatement()) {
            statement.execute(CLEAR);
        } catch (SQLException e) {
            throw OwnDatabase.failure("clear the staging of a crawl", e);
        }
    }

    /** Looks for the object by itself: where it has not been staged, it is not there. */
    public void seek(RemoteIdentity identity) {
        mark("SOUGHT", identity);
    }

    /** Keeps an object that is there, but is neither staged nor looked into. */
    public void keep(RemoteIdentity identity) {
        mark("KEPT", identity);
    }

    /** Stages an object of which not all could be read: one that the catalog has is kept instead, as it is there. */
    public void stageIfNew(Placed parent, FoundObject found) {
        stage(parent, found);
        mark("STAGED_IF_NEW", found.identity());
        someAreKeptIfKnown = true;
    }

    /** Adds a warning to the run's result: what the account may not see, and the like. */
    public void warn(String warning) {
        warned++;
        if (warned <= MOST_WARNINGS) {
            warnings.add(StorableText.line(warning, LONGEST_WARNING));
        }
    }

    private List<String> warnings() {
        List<String> all = new ArrayList<>(warnings);
        if (warned > MOST_WARNINGS) {
            all.add("and " + (warned - MOST_WARNINGS) + " more warnings");
        }
        return all;
    }

    /** How many objects have been staged. */
    public long size() {
        return objects.size();
    }

    /** Ends the staging: everything that was found has been staged. */
    public void finish() {
        objects.flush();
        listings.flush();
        marks.flush();
        texts.flush();
        try (Statement statement = connection.createStatement()) {
            if (someAreKeptIfKnown) {
                statement.execute(KEEP_KNOWN.replace(
                        ":connection", execution.target().connectionId().toString()));
            }
            if (texts.size() > 0) {
                statement.execute(ADD_TEXTS.replace(
                        ":connection", execution.target().connectionId().toString()));
            }
            statement.execute(INDEX);
            statement.execute(NOTE_NAMES);
        } catch (SQLException e) {
            throw OwnDatabase.failure("end the staging of a crawl", e);
        }
    }

    @Override
    public DataSource session() {
        return new SingleConnectionDataSource(connection, true);
    }

    @Override
    public CrawlResult apply(JdbcClient jdbc) {
        return apply(jdbc, false);
    }

    /** Like {@link #apply}, of a crawl whose other parts are left to child tasks. */
    public CrawlResult applyFirstPart(JdbcClient jdbc) {
        return apply(jdbc, true);
    }

    private CrawlResult apply(JdbcClient jdbc, boolean first) {
        execution.progress("MERGING", size(), null);
        try {
            return new CatalogMerge(jdbc, execution, readFrom).merge(warnings(), first);
        } catch (DataAccessException e) {
            execution.checkNotStopped();
            if (e instanceof DuplicateKeyException) {
                throw new RunFailedException(
                        ErrorCode.REMOTE_ERROR,
                        "the source listed two objects under the same id, so none was stored",
                        null);
            }
            throw RunFailures.isOfTheData(e) ? unwritable(e) : e;
        }
    }

    @Override
    public void close() {
        canceller.close();
        giveBack(connection);
    }

    private Placed stage(@Nullable Placed parent, FoundObject found, boolean context) {
        Placed placed = Placed.below(parent, Ids.next(), found);
        boolean plain = found.detail().equals(ObjectDetail.NONE);
        String detail = plain ? "{}" : Json.write(found.detail());
        CopyBuffer row = objects.row();
        row.add(placed.candidate()).add(parent == null ? (UUID) null : parent.candidate());
        row.add(placed.path().size() - 1).add(context);
        row.add(found.identity().scope()).add(found.identity().id()).add(found.name());
        row.add(found.type().name()).add(found.type().normalized().name());
        row.add(found.traits().type())
                .add(found.traits().format())
                .add(found.traits().kind());
        row.add(found.traits().createdAt()).add(found.traits().updatedAt()).add(found.description());
        row.add(placed.path()).add(placed.types()).add(detail);
        row.add(found.detail().columns().stream().map(ObjectDetail.Column::name).toList());
        row.add(hash.of(found, detail));
        objects.endRow();
        return placed;
    }

    /** Ends the run, which otherwise would be handed back to fail again and again. */
    private static RunFailedException unwritable(DataAccessException e) {
        return new RunFailedException(
                ErrorCode.INTERNAL_ERROR,
                "the catalog could not be written; the worker's log has the details under the run's id",
                e);
    }

    private void mark(String mark, RemoteIdentity identity) {
        marks.row().add(mark).add(identity.scope()).add(identity.id());
        marks.endRow();
    }

    private static OffsetDateTime prepare(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
            try (ResultSet now = statement.executeQuery("select clock_timestamp()")) {
                now.next();
                return now.getObject(1, OffsetDateTime.class);
            }
        }
    }

    /** Leaves nothing of the crawl in the session; one that is broken is dropped by the pool. */
    private static void giveBack(Connection connection) {
        try (connection) {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute("discard temp");
            }
        } catch (SQLException e) {
            // The server has dropped the session, and its temporary tables with it.
            log.warn("the session that staged a crawl was lost: {}", e.getMessage());
        }
    }
}
