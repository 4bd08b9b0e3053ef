package dev.connections.worker.execution;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The limits of sources as a worker reads them from its configuration. */
public final class Limits {
    public static final SourceLimits DEFAULT = of(Map.of());

    private Limits() {}

    /** The default limits but for some, by the names of their properties. */
    public static SourceLimits of(Map<String, String> changed) {
        Map<String, String> properties = new HashMap<>();
        changed.forEach((name, value) -> properties.put("connections.worker.source." + name, value));
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("connections.worker.source", SourceLimits.class);
    }
}
