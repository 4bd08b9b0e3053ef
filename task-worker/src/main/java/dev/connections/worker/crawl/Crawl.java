package dev.connections.worker.crawl;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.ForeignKey;
import dev.connections.connection.PathPatterns;
import dev.connections.worker.catalog.CatalogStaging;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.Placed;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.execution.Execution;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One crawl, as the crawler of any technology sees it: it offers what it finds, and this decides by filters, activation
 * and where the crawl starts what is staged and what is looked into.
 */
public final class Crawl {
    private static final int PROGRESS_STEP = 200;

    private final Execution execution;
    private final CatalogStaging staging;
    private final KnownObjects known;
    private final PathPatterns patterns;
    private final boolean includeInactive;
    private final @Nullable CrawlStart start;
    private final Budget budget;
    private final List<RemoteIdentity> delegated = new ArrayList<>();
    /** What the filters cover and was staged or kept, besides databases and schemas that were staged. */
    private long covered;

    Crawl(Execution execution, CatalogStaging staging, KnownObjects known) {
        this.execution = execution;
        this.staging = staging;
        this.known = known;
        this.budget = new Budget(execution.limits());
        this.patterns = execution.target().settings().crawl().patterns();
        this.includeInactive = execution.run().input().includeInactive();
        var objectId = execution.run().input().objectId();
        this.start = objectId == null ? null : known.startAt(objectId);
        seekStart();
    }

    /** The execution, for sessions at the source and for being stopped. */
    public Execution execution() {
        return execution;
    }

    /** Whether the crawl is of one object and what is below it. */
    public boolean isSubtree() {
        return start != null;
    }

    /**
     * The one table or view that a crawl is of.
     *
     * @param path its names when it was last seen, from the top-level object down
     */
    public record OneRelation(RemoteIdentity identity, List<String> path) {
        public OneRelation {
            path = List.copyOf(path);
        }
    }

    /** Whether the crawl is of one table or view. */
    public boolean isOfOneRelation() {
        return start != null && start.isRelation();
    }

    /** The only table or view to read; where its id is gone, what has its path now. Null where the crawl is of more. */
    public @Nullable OneRelation onlyRelation() {
        return start != null && start.isRelation() ? new OneRelation(start.identity(), start.path()) : null;
    }

    /**
     * Takes note of all databases, or all schemas of one, before the crawl asks whether it {@link #reaches} them: one whose
     * id is new is the known one of its name, if the id of that is gone.
     */
    public void recognize(@Nullable Container parent, Collection<FoundObject> all) {
        budget.checkList(parent == null, all.size());
        known.recognize(parent == null ? null : parent.identity(), all);
    }

    /** Whether a database or schema is within the crawl's reach, before anything is staged. */
    public boolean reaches(@Nullable Container parent, RemoteIdentity identity, String name) {
        List<String> path = Placed.pathBelow(parent == null ? null : parent.placed(), name);
        int level = path.size() - 1;
        if (!patterns.coversContainer(path)) {
            return false;
        }
        if (start != null && level < start.way().size() && !(start.isRelation() && level > 0)) {
            return known.areSame(start.way().get(level), identity);
        }
        return parent == null
                || parent.reach() == Reach.ALL
                || known.leadsToActive(parent.identity(), identity)
                || (start != null && start.isAbove(level));
    }

    /** Stages a database or schema that the crawl {@link #reaches}. */
    public Container enter(@Nullable Container parent, FoundObject found) {
        budget.check(found, staging.size());
        RemoteIdentity identity = found.identity();
        Placed above = parent == null ? null : parent.placed();
        int level = above == null ? 0 : above.path().size();
        boolean active = includeInactive || known.isActive(identity, parent == null ? null : parent.identity());
        if (start != null && start.isAbove(level)) {
            return new Container(identity, staging.stageContext(above, found), Reach.SOME);
        }
        Placed placed = staging.stage(above, found);
        report();
        if (active) {
            return new Container(identity, placed, Reach.ALL);
        }
        boolean passedOver = known.activeInside(identity).isEmpty();
        if (passedOver && start != null && known.areSame(start.identity(), identity)) {
            warn(execution.withoutSecrets(String.join("/", placed.path()))
                    + " is INACTIVE, so its inside was passed over; crawl it with"
                    + " includeInactive to look into it");
        }
        return new Container(identity, placed, passedOver ? Reach.NONE : Reach.SOME);
    }

    /** Delegates the inside of a database that was entered to a crawl of its own, so that workers share the work. */
    public void delegate(Container database) {
        delegated.add(database.identity());
    }

    /** What was delegated to crawls of its own. */
    List<RemoteIdentity> delegated() {
        return List.copyOf(delegated);
    }

    /** Whether the tables and views directly in the container are to be read. */
    public boolean reads(Container container) {
        return container.reach() == Reach.ALL || isOfOneRelation();
    }

    /** Stages a table or view of a container whose relations the crawl {@link #reads}; the filters must cover it. */
    public void stage(Container container, FoundObject found) {
        budget.check(found, staging.size());
        covered++;
        staging.stage(container.placed(), found);
        report();
    }

    /** Stages a table or view of which not all could be read, where it is new; one that the catalog has is kept as it is. */
    public void stageIfNew(Container container, FoundObject found) {
        budget.check(found, staging.size());
        covered++;
        staging.stageIfNew(container.placed(), found);
        report();
    }

    /**
     * Adds a text of a staged table or view that could not be read with it.
     *
     * @param column the number of the column whose expression it is; 0 for the definition of a view
     * @param text null to keep what the catalog has, where it cannot be read now
     */
    public void addText(RemoteIdentity relation, int column, @Nullable String text) {
        budget.checkText(text);
        staging.addText(relation, column, text);
        execution.advance();
    }

    /**
     * Adds the keys of a staged table that were read by themselves.
     *
     * @param primaryKey its columns; empty for none
     */
    public void addKeys(RemoteIdentity relation, List<String> primaryKey, List<ForeignKey> foreignKeys) {
        if (primaryKey.isEmpty() && foreignKeys.isEmpty()) {
            return;
        }
        ObjectDetail keys = new ObjectDetail(List.of(), primaryKey, foreignKeys, null);
        budget.checkKeys(keys);
        staging.addKeys(relation, keys);
    }

    /** Keeps the keys of a staged table as the catalog has them, where they cannot be read now. */
    public void keepKeys(RemoteIdentity relation) {
        staging.addKeys(relation, null);
    }

    /** Whether the filters cover a table or view, by its names below the container. */
    public boolean covers(Container above, String... names) {
        List<String> path = new ArrayList<>(above.placed().path());
        path.addAll(List.of(names));
        return patterns.covers(path);
    }

    /** Records that everything covered inside has been handed over, so that what was not is gone; null is the top. */
    public void complete(@Nullable Container container) {
        if (container == null) {
            if (start == null) {
                staging.complete(null);
            }
            return;
        }
        switch (container.reach()) {
            case ALL -> staging.complete(container.placed());
            case SOME -> {
                if (start == null || known.areSame(start.identity(), container.identity())) {
                    for (RemoteIdentity one : known.activeInside(container.identity())) {
                        staging.seek(one);
                    }
                }
            }
            case NONE -> {}
        }
    }

    /** Keeps an object as the catalog has it: it is there, but cannot be looked at. */
    public void keep(RemoteIdentity identity) {
        budget.checkKept(identity, covered);
        covered++;
        staging.keep(identity);
    }

    /**
     * Adds a warning to the run's result: what the account may not see, and the like. What the source has sent, names
     * included, becomes part of it only {@linkplain Execution#withoutSecrets without secrets}.
     */
    public void warn(String warning) {
        staging.warn(warning);
    }

    /** Forgets all that was handed over, for the source changed while it was read; reading begins anew. */
    public void startOver() {
        staging.clear();
        delegated.clear();
        covered = 0;
        seekStart();
    }

    private void seekStart() {
        if (start != null) {
            staging.seek(start.identity());
        }
    }

    /** Warns where the whole connection was read and its filters cover nothing in it. */
    void warnIfNothingIsCovered() {
        if (start == null && covered == 0 && delegated.isEmpty() && !patterns.coversEverything()) {
            warn(
                    "no table or view at the source is covered by the connection's include and exclude patterns; compare them"
                            + " with the paths at the source (database/schema/table)");
        }
    }

    /** Where the crawl is of one table, and that is inside an INACTIVE object: leaves it as it is. */
    boolean passesOverStart() {
        if (start == null || !start.isRelation() || !start.passedOver() || includeInactive) {
            return false;
        }
        staging.keep(start.identity());
        warn("the object is inside an INACTIVE one, so it was passed over; crawl it with includeInactive to read it");
        return true;
    }

    private void report() {
        execution.advance();
        if (staging.size() % PROGRESS_STEP == 1) {
            execution.checkNotStopped();
            execution.progress("READING", staging.size(), null);
        }
    }
}
