package dev.connections.house;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The classes that a rule does not hold for, each with the reason.
 *
 * @param reasons by the name below {@code dev.connections}; a nested class goes with the one around it
 */
record Exceptions(Map<String, String> reasons) {
    private static final String ROOT = "dev.connections.";

    Exceptions {
        reasons = Map.copyOf(reasons);
    }

    static Exceptions none() {
        return new Exceptions(Map.of());
    }

    Exceptions and(String reason, String... names) {
        Map<String, String> more = new HashMap<>(reasons);
        for (String name : names) {
            more.put(name, reason);
        }
        return new Exceptions(more);
    }

    DescribedPredicate<JavaClass> named() {
        return DescribedPredicate.describe("are named as exceptions", type -> reasons.containsKey(nameOf(type)));
    }

    /** Those that none of these classes is any more, or that need no exception any more. */
    Set<String> unusedAmong(Iterable<JavaClass> needing) {
        Set<String> unused = new TreeSet<>(reasons.keySet());
        needing.forEach(type -> unused.remove(nameOf(type)));
        return unused;
    }

    private static String nameOf(JavaClass type) {
        String name = type.getName();
        int nested = name.indexOf('$');
        return (nested < 0 ? name : name.substring(0, nested)).replace(ROOT, "");
    }
}
