package dev.asterism.agent.l7;

import dev.asterism.l7.telemetry.FilterMetrics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in the log what the filter sheds because something has run out: sockets, or memory for buffers. A bound is told
 * of at once when it is met, once a minute while it goes on, and when it has not been met for ten seconds. What is
 * refused is counted by the metrics; this reads their counters. One thread.
 */
final class ShortageWatch {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    /** Looks, one a second. */
    private static final int AGAIN = 60;

    private static final int QUIET = 10;

    private static final class Bound {

        private long counted;
        private long told;
        private long before;
        private int sinceTold;
        private int quiet;
        private boolean met;
    }

    private final Supplier<Map<String, Long>> counts;
    private final Map<String, Bound> bounds = new LinkedHashMap<>();

    /**
     * @param counts how often each bound was met so far, as {@link FilterMetrics#shortages} says
     */
    ShortageWatch(Supplier<Map<String, Long>> counts) {
        this.counts = counts;
    }

    /** Called once a second. */
    void look() {
        counts.get()
                .forEach(
                        (name, count) ->
                                look(name, bounds.computeIfAbsent(name, _ -> new Bound()), count));
    }

    private static void look(String name, Bound bound, long count) {
        bound.quiet = count > bound.counted ? 0 : bound.quiet + 1;
        bound.counted = count;
        bound.sinceTold++;
        if (!bound.met && bound.quiet == 0) {
            bound.met = true;
            bound.before = bound.told;
            tell(name, bound);
        } else if (bound.met && bound.quiet >= QUIET) {
            bound.met = false;
            LOG.atInfo()
                    .setMessage("L7 filter: a bound is not met any more")
                    .addKeyValue("bound", name)
                    .addKeyValue("shed", count - bound.before)
                    .log();
            bound.told = count;
        } else if (bound.met && bound.sinceTold >= AGAIN && count > bound.told) {
            tell(name, bound);
        }
    }

    private static void tell(String name, Bound bound) {
        boolean memory = name.equals(FilterMetrics.BUFFERS);
        LOG.atWarn()
                .setMessage(
                        memory
                                ? "L7 filter: buffers are at their bound, so what has kept them longest is ended"
                                : "L7 filter: connections are refused, as a bound is met")
                .addKeyValue("bound", name)
                .addKeyValue("shed", bound.counted - bound.told)
                .log();
        bound.told = bound.counted;
        bound.sinceTold = 0;
    }
}
