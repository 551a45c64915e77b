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
    private long untold;

    /** Goes on to this minute. */
    void begin(long now) {
        if (now != minute) {
            minute = now;
            written = 0;
            untold += passedOver;
            passedOver = 0;
            sources.clear();
        }
    }

    /** How many lines were passed over in minutes that are over, and nobody was told yet. */
    long untold() {
        return untold;
    }

    /** The log has the number. */
    void told() {
        untold = 0;
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

    /** A line that was admitted could not be written. */
    void lost() {
        passedOver++;
    }
}
