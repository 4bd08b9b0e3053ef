package dev.connections.api.task;

import dev.connections.api.http.problem.ProblemException;
import java.util.UUID;

final class TaskProblems {
    private TaskProblems() {}

    static ProblemException noSuchTask(String connectionKey, UUID task) {
        return ProblemException.notFound("There is no task " + task + " of connection '" + connectionKey
                + "'; GET /api/connections/" + connectionKey + "/tasks lists those that there are.");
    }

    static ProblemException noSuchRun(String connectionKey, UUID task, UUID run) {
        return ProblemException.notFound("There is no run " + run + " of task " + task + " of connection '"
                + connectionKey + "'; GET /api/connections/" + connectionKey + "/tasks/" + task
                + "/runs lists those that there are.");
    }
}
