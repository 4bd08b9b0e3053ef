package dev.connections.faults.history;

import static dev.connections.task.RunStatus.CANCELED;
import static dev.connections.task.RunStatus.FAILED;
import static dev.connections.task.RunStatus.PENDING;
import static dev.connections.task.RunStatus.RUNNING;
import static dev.connections.task.RunStatus.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.faults.history.Entry.Delivery;
import dev.connections.faults.history.Entry.Exchange;
import dev.connections.faults.history.Entry.Session;
import dev.connections.task.TaskType;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HistoryCheckerTest {
    private static final UUID NOBODY = UUID.fromString("00000000-0000-7000-8000-000000009999");

    @Test
    void aHistoryThatIsAsItShouldBeHasNoViolation() {
        ScriptedHistory history = ScriptedHistory.crawl()
                .again(4, SUCCEEDED)
                .conflict(3, ScriptedHistory.crawl().task)
                .canceled(4.5, "The run had ended already; nothing changed.")
                .compared(1.5, "shop/area/t", "shop/area/t");
        broken(history);
    }

    @Test
    void aTakeoverAndARetryAreAsTheyShouldBe() {
        ScriptedHistory history = validation()
                .event(2, RUNNING)
                .session(2, 9)
                .event(4, RUNNING)
                .event(5, FAILED)
                .retry(5)
                .readRuns(6, PENDING, "RETRY_BACKOFF")
                .event(7, RUNNING)
                .event(8, SUCCEEDED)
                .readTask(9, SUCCEEDED);
        broken(history);
    }

    @Test
    void aTaskThatNeverEndsIsFound() {
        broken(validation(), AcceptedTasksEnd.class);
        broken(validation().readRuns(9, PENDING, "QUEUED"), AcceptedTasksEnd.class);
        broken(validation().readRuns(9, PENDING, "NO_WORKER"));
        broken(validation().without(Delivery.class), AcceptedTasksEnd.class, RestAgreesWithEvents.class);
    }

    @Test
    void aSecondExecutionThatCompletesIsFound() {
        broken(ScriptedHistory.crawl().event(6, SUCCEEDED), RunsCompleteOnce.class, TerminalIsFinal.class);
        broken(
                ScriptedHistory.crawl().event(6, RUNNING).session(6, 7).event(7, SUCCEEDED),
                RunsCompleteOnce.class,
                TerminalIsFinal.class);
    }

    @Test
    void anEffectWithoutItsSuccessIsFound() {
        broken(
                new ScriptedHistory(1, TaskType.CRAWL)
                        .accepted(1)
                        .event(1, PENDING)
                        .event(2, RUNNING)
                        .change("CREATED")
                        .event(4, CANCELED),
                EffectsAreOfSuccesses.class);
        broken(ScriptedHistory.crawl().without(Entry.Change.class), EffectsAreOfSuccesses.class);
        broken(ScriptedHistory.crawl().change("MISSING"), EffectsAreOfSuccesses.class);
        // A parent lists the databases first, and changes the catalog with that, before its children begin.
        ScriptedHistory parent = new ScriptedHistory(1, TaskType.CRAWL)
                .accepted(1)
                .event(1, PENDING)
                .event(2, RUNNING)
                .change("CREATED")
                .event(6, CANCELED);
        ScriptedHistory child = new ScriptedHistory(2, TaskType.CRAWL)
                .childOf(parent)
                .event(3, PENDING)
                .event(5, CANCELED);
        broken(parent.and(child));
    }

    @Test
    void aTerminalStateThatChangesIsFound() {
        broken(
                ScriptedHistory.crawl().readTask(7, RUNNING).readTask(8, SUCCEEDED),
                TerminalIsFinal.class,
                RestAgreesWithEvents.class);
        broken(validation().event(3, CANCELED).retry(4).event(5, CANCELED), TerminalIsFinal.class);
    }

    @Test
    void aGapAnotherOrderAndAnotherContentAreFound() {
        broken(validation().lostEvent(2, RUNNING).event(3, CANCELED), EventsAreGapless.class);
        broken(validation().event(2, CANCELED).again(2, FAILED), EventsAreGapless.class);
        ScriptedHistory reordered = validation().event(2, RUNNING).event(3, CANCELED);
        Entry last = reordered.entries.removeLast();
        reordered.entries.add(reordered.entries.size() - 1, last);
        broken(reordered, EventsAreGapless.class);
    }

    @Test
    void restThatReportsSomethingElseIsFound() {
        broken(ScriptedHistory.crawl().readTask(3, SUCCEEDED), RestAgreesWithEvents.class);
        broken(ScriptedHistory.crawl().readTask(3, PENDING), RestAgreesWithEvents.class);
        broken(ScriptedHistory.crawl().readRuns(1.5, PENDING, null), RestAgreesWithEvents.class);
        // Until the event comes, nobody can know when its commit was.
        broken(validation().event(2, 8, CANCELED).readTask(6, PENDING));
    }

    @Test
    void aConflictThatNamesNoTaskInFlightIsFound() {
        broken(ScriptedHistory.crawl().conflict(6, ScriptedHistory.crawl().task), ConflictsNameTasksInFlight.class);
        broken(ScriptedHistory.crawl().conflict(3, NOBODY), ConflictsNameTasksInFlight.class);
        ScriptedHistory other = new ScriptedHistory(2, TaskType.VALIDATE).conflict(3, ScriptedHistory.crawl().task);
        broken(ScriptedHistory.crawl().and(other), ConflictsNameTasksInFlight.class);
    }

    @Test
    void theSameWorkTwiceInFlightIsFound() {
        ScriptedHistory second = new ScriptedHistory(2, TaskType.VALIDATE)
                .accepted(2)
                .event(2, PENDING)
                .event(6, CANCELED);
        broken(validation().event(4, CANCELED).and(second), SameWorkIsInFlightOnce.class);
        broken(validation().event(1.9, CANCELED).and(second));
    }

    @Test
    void aTaskOfARefusedRequestIsFound() {
        ScriptedHistory unasked = validation().without(Exchange.class).event(3, CANCELED);
        broken(unasked.refused(1, 503), TasksAreAskedFor.class);
        broken(unasked.unanswered(0.5));
        broken(unasked.without(Exchange.class).answeredWithoutKnowing(0.5));
        broken(unasked.without(Exchange.class).unanswered(2), TasksAreAskedFor.class);
    }

    @Test
    void aCancelThatWasAnsweredWronglyIsFound() {
        broken(ScriptedHistory.crawl().canceled(3, "The run is canceled."), CancelsAreAnsweredRightly.class);
        broken(
                ScriptedHistory.crawl().canceled(3, "The run had ended already; nothing changed."),
                CancelsAreAnsweredRightly.class);
        broken(
                validation()
                        .event(2, RUNNING)
                        .canceled(3, "The run is asked to stop; it is CANCELED when its worker has stopped.")
                        .event(4, FAILED)
                        .retry(4)
                        .event(5, CANCELED),
                CancelsAreAnsweredRightly.class);
    }

    @Test
    void anAnswerThatTheContractHasNotIsFound() {
        broken(ScriptedHistory.crawl().refused(3, 500), AnswersAreOfTheContract.class);
        broken(ScriptedHistory.crawl().refused(3, 503));
        broken(ScriptedHistory.crawl().refused(3, 201), AnswersAreOfTheContract.class);
    }

    @Test
    void aSuccessThatNeverReachedTheSourceAndASessionThatIsLeftAreFound() {
        broken(ScriptedHistory.crawl().without(Session.class).session(6, 7), SuccessesReachedTheSource.class);
        broken(ScriptedHistory.crawl().sessionLeft(3), SuccessesReachedTheSource.class);
    }

    @Test
    void aCatalogUnlikeItsSourceAndOneThatNoCrawlRefreshedAreFound() {
        broken(ScriptedHistory.crawl().compared(1.5, "shop/area/t", "shop/area/u"), CatalogsEqualTheirSources.class);
        broken(ScriptedHistory.crawl().compared(2.5, "shop/area/t", "shop/area/t"), CatalogsEqualTheirSources.class);
    }

    private static ScriptedHistory validation() {
        return new ScriptedHistory(1, TaskType.VALIDATE).accepted(1).event(1, PENDING);
    }

    private static void broken(ScriptedHistory history, Class<?>... rules) {
        List<Violation> found = HistoryChecker.check(history.entries);
        assertThat(found.stream().map(Violation::rule).distinct())
                .as("%s", found)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(rules).map(Class::getSimpleName).toList());
    }
}
