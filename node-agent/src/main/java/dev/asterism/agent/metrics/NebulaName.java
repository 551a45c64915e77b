package dev.asterism.agent.metrics;

import dev.asterism.overlay.config.OverlayConfig.Stats;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How Nebula makes a name for Prometheus of one in its registry (spec behaviour.md 7). */
final class NebulaName {

    /** The one histogram in Nebula's registry. */
    static final String HANDSHAKES = "handshakes";

    private static final List<String> REPLACED = List.of(" ", ".", "-", "=");

    private NebulaName() {}

    static String of(Stats stats, String name) {
        return Stream.of(stats.namespace(), stats.subsystem(), name)
                .filter(part -> !part.isEmpty())
                .map(NebulaName::flat)
                .collect(Collectors.joining("_"));
    }

    private static String flat(String part) {
        String flat = part;
        for (String replaced : REPLACED) {
            flat = flat.replace(replaced, "_");
        }
        return flat;
    }
}
