package dev.connections.api.http.security;

import dev.connections.api.http.problem.ProblemException;
import org.springframework.security.core.Authentication;

/** The permissions that a token can grant. */
public enum Scope {
    /** Reading everything. */
    READ("connections:read"),
    /** Crawling, validating and canceling. */
    OPERATE("connections:operate"),
    /** Changing and deleting. */
    MANAGE("connections:manage");

    private static final String PREFIX = "SCOPE_";

    private final String label;

    Scope(String label) {
        this.label = label;
    }

    /** The name in the token and in the contract. */
    public String label() {
        return label;
    }

    /** Throws the 403 problem that names this scope if the caller does not have it. */
    public void requireOf(Authentication caller) {
        if (caller.getAuthorities().stream().noneMatch(granted -> authority().equals(granted.getAuthority()))) {
            throw ProblemException.missingScope(label);
        }
    }

    String authority() {
        return PREFIX + label;
    }

    static String authority(String label) {
        return PREFIX + label;
    }

    static String label(String authority) {
        return authority.startsWith(PREFIX) ? authority.substring(PREFIX.length()) : authority;
    }
}
