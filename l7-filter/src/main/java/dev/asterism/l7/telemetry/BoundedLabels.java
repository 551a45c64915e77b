package dev.asterism.l7.telemetry;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Bounds a label whose values clients choose: the first so many stay, all others become {@link #OTHER}. Any thread. */
final class BoundedLabels {

    static final String OTHER = "other";

    private final int most;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    BoundedLabels(int most) {
        this.most = most;
    }

    String of(String value) {
        if (known.contains(value)) {
            return value;
        }
        if (known.size() >= most) {
            return OTHER;
        }
        known.add(value); // a few more than most, when loops meet here, do no harm
        return value;
    }
}
