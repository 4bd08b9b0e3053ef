/** What was seen of a platform under faults, and the rules that it must keep. */
@NullMarked
package dev.connections.faults.history;

import org.jspecify.annotations.NullMarked;
