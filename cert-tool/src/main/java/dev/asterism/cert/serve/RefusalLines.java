package dev.asterism.cert.serve;

import java.util.HashMap;
import java.util.Map;

/** How many lines about refusals a minute has: of one source and of all. Not for several threads. */
final class RefusalLines {

    static final int PER_SOURCE = 10;
    static final int IN_TOTAL = 120;

    private final Map<String, Integer> sources = new HashMap<>();
    private long minute = Long.MIN_VALUE;
    private int written;
    private long passedOver;

    /**
     * Goes on to this minute.
     *
     * @return how many lines were passed over in the last one that had any; 0 when this is still the same minute
     */
    long begin(long now) {
        if (now == minute) {
            return 0;
        }
        long last = passedOver;
        minute = now;
        written = 0;
        passedOver = 0;
        sources.clear();
        return last;
    }

    /** Whether one more line is written. */
    boolean admit(String source) {
        // No more sources than lines are kept.
        int own = sources.getOrDefault(source, 0);
        if (written >= IN_TOTAL || own >= PER_SOURCE) {
            passedOver++;
            return false;
        }
        sources.put(source, own + 1);
        written++;
        return true;
    }
}
