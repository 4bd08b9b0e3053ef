package dev.connections.api.task;

import dev.connections.api.http.page.Cursors;
import dev.connections.api.http.page.Page;
import dev.connections.task.CancelOutcome;
import java.security.Principal;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(
        path = "/api/connections/{connectionKey}/tasks/{taskId}/runs",
        produces = MediaType.APPLICATION_JSON_VALUE)
class RunController {
    private final Cursors cursors;
    private final TaskHistory tasks;
    private final RunHistory runs;
    private final Cancellation cancellation;

    RunController(Cursors cursors, TaskHistory tasks, RunHistory runs, Cancellation cancellation) {
        this.cursors = cursors;
        this.tasks = tasks;
        this.runs = runs;
        this.cancellation = cancellation;
    }

    @GetMapping
    Page<TaskRun> list(
            @PathVariable String connectionKey,
            @PathVariable UUID taskId,
            @RequestParam(defaultValue = "20") int limit,
            @RequestParam @Nullable String cursor,
            @RequestParam @Nullable String status) {
        UUID task = tasks.find(connectionKey, taskId)
                .orElseThrow(() -> TaskProblems.noSuchTask(connectionKey, taskId))
                .id();
        String list = "runs of " + task + "?" + status;
        Integer before = cursor == null
                ? null
                : Integer.valueOf(cursors.decode(list, cursor).getFirst());
        return Page.of(
                runs.list(task, status, before, limit + 1),
                limit,
                last -> cursors.encode(list, List.of(String.valueOf(last.attempt()))));
    }

    @GetMapping("/{runId}")
    TaskRun get(@PathVariable String connectionKey, @PathVariable UUID taskId, @PathVariable UUID runId) {
        return runs.find(connectionKey, taskId, runId)
                .orElseThrow(() -> TaskProblems.noSuchRun(connectionKey, taskId, runId));
    }

    @PostMapping("/{runId}/cancel")
    Canceled cancel(
            @PathVariable String connectionKey, @PathVariable UUID taskId, @PathVariable UUID runId, Principal caller) {
        TaskRun run = get(connectionKey, taskId, runId);
        CancelOutcome outcome = cancellation.cancel(run.id(), caller.getName());
        return new Canceled(
                runId,
                switch (outcome) {
                    case CANCELED -> "The run is canceled.";
                    case REQUESTED -> "The run is asked to stop; it is CANCELED when its worker has stopped.";
                    case ENDED_ALREADY -> "The run had ended already; nothing changed.";
                });
    }

    /** The answer to a cancellation. */
    record Canceled(UUID id, String message) {}
}
