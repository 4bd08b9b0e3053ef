package dev.connections.api.task;

import dev.connections.outbox.Outbox;
import dev.connections.task.CreateOutcome;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Offers new commands to the outbox once they are committed. */
@Component
class CommandOffers {
    private final Outbox outbox;

    CommandOffers(Outbox outbox) {
        this.outbox = outbox;
    }

    /** Offers at once if no transaction is open: then the statement that wrote the command has committed. */
    void afterCommit(CreateOutcome.Created created) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            outbox.created(List.of(created));
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                outbox.created(List.of(created));
            }
        });
    }
}
