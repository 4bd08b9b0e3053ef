package dev.connections.catalog;

import dev.connections.connection.ConnectionSettings.NewObjectActivation;

/**
 * Whether crawls look inside an object. The nearest decision counts: the object's own, else that of the nearest object
 * above that has one; where none has, the object is ACTIVE. {@link ActivationSql} is the same rule for statements.
 */
public enum Activation {
    /** ACTIVE, whatever is above. */
    ENABLED,
    /** INACTIVE, whatever is above. */
    DISABLED,
    /** As the object above; ENABLED at the top. */
    INHERIT;

    /** What a connection's setting says of an object where no object above says more. */
    public static Activation ofNew(NewObjectActivation setting) {
        return switch (setting) {
            case ENABLED -> INHERIT;
            case DISABLED -> DISABLED;
        };
    }

    /** This, where it is a decision, else the other one, which is from further up. */
    public Activation orElse(Activation above) {
        return switch (this) {
            case ENABLED, DISABLED -> this;
            case INHERIT -> above;
        };
    }

    /**
     * Whether an object with this setting is ACTIVE.
     *
     * @param active whether the object above is; true at the top
     */
    public boolean isActiveBelow(boolean active) {
        return switch (this) {
            case ENABLED -> true;
            case DISABLED -> false;
            case INHERIT -> active;
        };
    }
}
