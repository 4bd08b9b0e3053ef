package dev.connections.faults.history;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Finds in a history what must never be, whatever faults there were.
 *
 * <p>The times of a history are of one machine. A transition is visible at some time between its own time, which is
 * taken before its commit, and the arrival of its event; what may have been right within that is taken as right.
 */
public final class HistoryChecker {
    private static final List<Rule> RULES = List.of(
            new AcceptedTasksEnd(),
            new RunsCompleteOnce(),
            new EffectsAreOfSuccesses(),
            new TerminalIsFinal(),
            new EventsAreGapless(),
            new RestAgreesWithEvents(),
            new ConflictsNameTasksInFlight(),
            new SameWorkIsInFlightOnce(),
            new TasksAreAskedFor(),
            new CancelsAreAnsweredRightly(),
            new AnswersAreOfTheContract(),
            new SuccessesReachedTheSource(),
            new CatalogsEqualTheirSources());

    private HistoryChecker() {}

    /** The tasks that were accepted or have events, and that have not ended as far as the history goes. */
    public static Set<UUID> inFlight(Collection<Entry> history) {
        return new Past(history)
                .tasks.values().stream()
                        .filter(task -> !task.hasEnded())
                        .map(task -> task.id)
                        .collect(Collectors.toSet());
    }

    /** Returns every violation of every rule. */
    public static List<Violation> check(Collection<Entry> history) {
        Past past = new Past(history);
        return RULES.stream().flatMap(rule -> rule.check(past).stream()).toList();
    }
}
