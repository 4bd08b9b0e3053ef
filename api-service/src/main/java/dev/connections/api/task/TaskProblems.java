package dev.connections.api.task;

import dev.connections.api.http.problem.ConnectionProblems;
import dev.connections.api.http.problem.ProblemException;
import dev.connections.task.NewTask;
import java.util.UUID;

final class TaskProblems {
    private TaskProblems() {}

    /** The connection is in none of the states of {@link NewTask#allowedStates()}. */
    static ProblemException stateForbids(NewTask task) {
        return ConnectionProblems.stateForbids(
                switch (task.type()) {
                    case CRAWL ->
                        "Unable to crawl connection. Connection state must be ACTIVE or UNHEALTHY to be crawled.";
                    case VALIDATE ->
                        "Unable to validate connection. Connection state must be ACTIVE or UNHEALTHY to be validated.";
                    case DELETE ->
                        "Unable to delete data object. The connection is being deleted, and the object with it.";
                });
    }

    /** The connection is in a state in which its deletion may not begin, with or without force. */
    static ProblemException stateForbidsDeletion(boolean force) {
        return ConnectionProblems.stateForbids(
                force
                        ? "Unable to delete connection. Connection state must be INACTIVE or UNHEALTHY to be deleted"
                                + " with force."
                        : "Unable to delete connection. Connection state must be INACTIVE to be deleted.");
    }

    static ProblemException noSuchTask(String connectionKey, UUID task) {
        return ProblemException.notFound("Connection '" + connectionKey + "' has no task " + task
                + "; GET /api/connections/" + connectionKey + "/tasks lists its tasks.");
    }

    static ProblemException noSuchRun(String connectionKey, UUID task, UUID run) {
        return ProblemException.notFound("Task " + task + " of connection '" + connectionKey + "' has no run " + run
                + "; GET /api/connections/" + connectionKey + "/tasks/" + task + "/runs lists its runs.");
    }
}
