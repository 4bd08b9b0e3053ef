package dev.connections.worker.source.bigquery;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.CountedNames;
import dev.connections.worker.source.EachDatabase;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.http.JsonItem;
import dev.connections.worker.source.http.PagedList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the project of a connection: its datasets, and the tables and views of each. A dataset that is refused is a warning,
 * unless all are, and what is known of it stays.
 */
final class BigQueryProjectCrawl {
    private static final JsonItem NOT_DESCRIBED = new JsonItem(Map.of(), null);

    private final Crawl crawl;
    private final BigQuerySession session;
    private final CountedNames refused = new CountedNames();
    private @Nullable RequestRefusedException lastRefusal;
    private boolean hasReadOne;

    BigQueryProjectCrawl(Crawl crawl, BigQuerySession session) {
        this.crawl = crawl;
        this.session = session;
    }

    /** Reads everything; the project is there because the connection names it. */
    void read() throws Exception {
        FoundObject project = new FoundObject(
                new RemoteIdentity("", session.project()),
                session.project(),
                ObjectType.DATABASE,
                RemoteTraits.of("project", null, null),
                null,
                ObjectDetail.NONE);
        new EachDatabase(crawl, "project", this::read, e -> false).read(List.of(project));
    }

    private void read(Container project) throws Exception {
        BigQueryDataset tables = new BigQueryDataset(crawl, session, project);
        try {
            Crawl.OneRelation only = crawl.onlyRelation();
            if (only == null) {
                readAll(project, tables);
            } else {
                readOnly(project, tables, only.path().get(1), only.path().getLast());
            }
        } finally {
            tables.warn();
        }
    }

    /** Asks for nothing but the relation, which is known by its path, and its dataset, which is written with it. */
    private void readOnly(Container project, BigQueryDataset tables, String dataset, String table) throws Exception {
        if (!crawl.reaches(project, identity(project, dataset), dataset)) {
            return;
        }
        try {
            FoundObject found = found(project, dataset, session.dataset(dataset));
            tables.readOnly(crawl.enter(project, found), table);
        } catch (RequestRefusedException e) {
            // Gone, it is not staged, and becomes MISSING.
            if (!e.isGone()) {
                throw e;
            }
        }
    }

    private void readAll(Container project, BigQueryDataset tables) throws Exception {
        List<Container> entered = enter(project, datasets(project));
        crawl.complete(project);
        for (Container dataset : entered) {
            try {
                tables.read(dataset);
                crawl.complete(dataset);
                hasReadOne = true;
            } catch (RequestRefusedException e) {
                note(dataset.placed().path().getLast(), e);
            }
        }
        RequestRefusedException refusal = lastRefusal;
        if (refusal != null) {
            if (!hasReadOne) {
                throw refusal;
            }
            crawl.warn("these datasets could not be read, so what is known of them was kept: "
                    + refused.shown(crawl.execution()) + "; BigQuery said: "
                    + RemoteText.shown(refusal.getMessage(), crawl.execution()));
        }
    }

    /** All datasets by their names, of which the lists say no more. */
    private List<FoundObject> datasets(Container project) throws Exception {
        SourceLimits limits = crawl.execution().limits();
        BoundedList<FoundObject> datasets = new BoundedList<>(limits::checkSchemas, limits);
        PagedList list = session.datasets();
        for (JsonItem item = list.next(); item != null; item = list.next()) {
            FoundObject found = found(project, item.required(BigQuerySession.NAME_OF_DATASET), NOT_DESCRIBED);
            datasets.add(found, found.characters());
        }
        return datasets.items();
    }

    /** Stages the datasets that the crawl reaches, and answers those that are to be looked into. */
    private List<Container> enter(Container project, List<FoundObject> datasets) throws Exception {
        crawl.recognize(project, datasets);
        List<Container> entered = new ArrayList<>();
        for (FoundObject dataset : datasets) {
            if (!crawl.reaches(project, dataset.identity(), dataset.name())) {
                continue;
            }
            try {
                JsonItem described = session.dataset(dataset.name());
                Container container = crawl.enter(project, found(project, dataset.name(), described));
                if (container.isEntered() && crawl.reads(container)) {
                    entered.add(container);
                } else {
                    crawl.complete(container);
                }
            } catch (RequestRefusedException e) {
                if (!e.isGone()) {
                    crawl.keep(dataset.identity());
                }
                note(dataset.name(), e);
            }
        }
        return entered;
    }

    /** Takes note of a refusal; a dataset that was dropped meanwhile is none. */
    private void note(String dataset, RequestRefusedException e) throws RequestRefusedException {
        if (e.isGone()) {
            return;
        }
        if (!e.isOfOne() || crawl.isSubtree()) {
            throw e;
        }
        refused.add(dataset);
        lastRefusal = e;
    }

    /** The time of its last change is left out: it moves with each write to one of its tables. */
    private static FoundObject found(Container project, String name, JsonItem described) {
        return new FoundObject(
                identity(project, name),
                name,
                ObjectType.SCHEMA,
                new RemoteTraits("dataset", null, described.textOrNull("type"), described.time("creationTime"), null),
                described.filledOrNull("description"),
                ObjectDetail.NONE);
    }

    private static RemoteIdentity identity(Container project, String dataset) {
        return new RemoteIdentity(project.identity().id() + "/schema", BigQueryTypes.quoted(dataset));
    }
}
