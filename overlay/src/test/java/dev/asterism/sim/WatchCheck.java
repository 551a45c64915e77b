package dev.asterism.sim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What nodes ask to have watched, checked whenever their host comes to rest. */
final class WatchCheck implements SimObserver {

    private final Map<SimHost, Map<String, Supplier<@Nullable String>>> watches =
            new LinkedHashMap<>();

    void watch(SimHost host, String name, Supplier<@Nullable String> problem) {
        watches.computeIfAbsent(host, h -> new LinkedHashMap<>()).put(name, problem);
    }

    /** Ends with the node that asked. */
    void forget(SimHost host) {
        watches.remove(host);
    }

    @Override
    public void rested(SimHost host) {
        watches.getOrDefault(host, new LinkedHashMap<>())
                .forEach(
                        (name, problem) -> {
                            String finding = problem.get();
                            if (finding != null) {
                                throw new InvariantBroken(host.name() + " " + name, finding);
                            }
                        });
    }
}
