package dev.connections.catalog;

import dev.connections.connection.ConnectionSettings.NewObjectActivation;

/**
 * Whether crawls look inside an object. The nearest decision counts: the object's own, else that of the nearest object
 * above that has one. Without any decision the object is ACTIVE. {@link ActivationSql} is the same rule in SQL.
 */
public enum Activation {
    /** ACTIVE, whatever the objects above are. */
    ENABLED,
    /** INACTIVE, whatever the objects above are. */
    DISABLED,
    /** The same as the object above; ENABLED at the top level. */
    INHERIT;

    /** The connection's setting for a new object, which applies if no object above has a decision. */
    public static Activation ofNew(NewObjectActivation setting) {
        return switch (setting) {
            case ENABLED -> INHERIT;
            case DISABLED -> DISABLED;
        };
    }

    /** Returns this if it is a decision, else the other one, which is from further up. */
    public Activation orElse(Activation above) {
        return switch (this) {
            case ENABLED, DISABLED -> this;
            case INHERIT -> above;
        };
    }

    /**
     * Whether an object with this setting is ACTIVE.
     *
     * @param active whether the object above is ACTIVE; true at the top level
     */
    public boolean isActiveBelow(boolean active) {
        return switch (this) {
            case ENABLED -> true;
            case DISABLED -> false;
            case INHERIT -> active;
        };
    }
}
