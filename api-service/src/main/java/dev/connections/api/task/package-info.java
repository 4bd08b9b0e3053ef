/** Tasks and their runs over REST. */
@NullMarked
package dev.connections.api.task;

import org.jspecify.annotations.NullMarked;
