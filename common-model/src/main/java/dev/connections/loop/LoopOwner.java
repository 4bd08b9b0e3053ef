package dev.connections.loop;

import java.util.Collection;

/** A bean with loops that are no beans themselves, so that {@link LoopHealth} watches them too. */
public interface LoopOwner {
    /** The loops that run at the moment. */
    Collection<Loop> loops();
}
