/** Takes commands from Kafka, one lane per task type, and starts what could be claimed. */
@NullMarked
package dev.connections.worker.lane;

import org.jspecify.annotations.NullMarked;
