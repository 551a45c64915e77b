package dev.asterism.l7.telemetry;

import dev.asterism.l7.config.FilterConfig.PeerLabel;
import dev.asterism.l7.identity.Caller;
import java.util.List;

/** What metrics call a caller: never its address. One for all loops; any thread. */
final class PeerLabels {

    static final String UNKNOWN = "unknown";
    static final String NO_GROUP = "none";
    static final String SEVERAL = "multi";

    private static final int MOST = 200;

    private final PeerLabel kind;
    private final List<String> preferred;
    private final BoundedLabels bounded = new BoundedLabels(MOST);

    PeerLabels(PeerLabel kind, List<String> preferred) {
        this.kind = kind;
        this.preferred = List.copyOf(preferred);
    }

    String of(Caller caller) {
        if (!caller.isKnown()) {
            return UNKNOWN;
        }
        return bounded.of(
                switch (kind) {
                    case GROUP -> group(caller);
                    case NAME -> caller.name();
                    case BOTH -> group(caller) + "/" + caller.name();
                });
    }

    private String group(Caller caller) {
        for (String group : preferred) {
            if (caller.isIn(group)) {
                return group;
            }
        }
        return switch (caller.groups().size()) {
            case 0 -> NO_GROUP;
            case 1 -> caller.groups().getFirst();
            default -> SEVERAL;
        };
    }
}
