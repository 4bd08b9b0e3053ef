package dev.connections.faults.history;

import java.util.List;

/** Something that must hold of every history. */
interface Rule {
    /** Finds where it does not hold. */
    List<Violation> check(Past past);
}
