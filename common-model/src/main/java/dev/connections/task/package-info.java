/** Tasks and their runs: the state machine, its store, and the commands that ask workers to look at a run. */
@NullMarked
package dev.connections.task;

import org.jspecify.annotations.NullMarked;
