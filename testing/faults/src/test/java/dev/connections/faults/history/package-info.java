/** What was seen of this service under faults, and the rules that it must keep. */
@NullMarked
package dev.connections.faults.history;

import org.jspecify.annotations.NullMarked;
