package dev.asterism.lighthouse.services;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/** What has been logged already; of more than {@value #MOST} things the oldest is forgotten. Control plane only. */
final class SaidOnce {

    static final int MOST = 1_024;

    private final SequencedSet<String> said = new LinkedHashSet<>();

    /** True the first time. */
    boolean isFirst(String... what) {
        if (!said.add(String.join("\n", what))) {
            return false;
        }
        if (said.size() > MOST) {
            said.removeFirst();
        }
        return true;
    }
}
