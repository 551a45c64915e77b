package dev.asterism.lighthouse.services;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** What has been logged already; of more than {@value #MOST} things the oldest is forgotten. Control plane only. */
final class SaidOnce {

    static final int MOST = 1_024;

    private final Set<String> said = new LinkedHashSet<>();

    /** True the first time. */
    boolean isFirst(String... what) {
        if (!said.add(String.join("\n", what))) {
            return false;
        }
        if (said.size() > MOST) {
            Iterator<String> oldest = said.iterator();
            oldest.next();
            oldest.remove();
        }
        return true;
    }
}
