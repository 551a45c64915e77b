package dev.asterism.overlay.event;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides which of many like events is worth a line: of each cause and address prefix (IPv4 /24,
 * IPv6 /48) the first one at once, and then once a minute how many more there were. A pair that
 * stays silent for a minute is forgotten, so that its next event is a first one again. When {@code
 * mostPairs} are remembered, events of further prefixes count for their cause alone, under {@code
 * 0.0.0.0/0} or {@code ::/0}: neither memory nor log grows with the number of addresses, which may
 * be forged.
 *
 * <p>Has no clock: times are those of {@link dev.asterism.overlay.io.Tick#nanos}. One thread.
 *
 * @param <C> what happened; from a small fixed set, such as an enum or an error number, compared by value
 */
public final class EventSampler<C> {

    /** Between two lines about the same pair. */
    public static final long WINDOW_NANOS = 60_000_000_000L;

    /** At most so many first lines, and as many counts, in a minute. */
    public static final int MAX_PAIRS = 128;

    private static final int IPV4_BITS = 24;
    private static final int IPV6_BITS = 48;

    private final int mostPairs;

    /** Oldest window first, as all windows are of one length. */
    private final Map<Pair<C>, Window> windows = new LinkedHashMap<>();

    private record Pair<C>(C cause, Cidr prefix) {}

    private static final class Window {
        final long endsNanos;
        long suppressed;

        Window(long endsNanos) {
            this.endsNanos = endsNanos;
        }
    }

    /**
     * Events of which no line was written.
     *
     * @param prefix where they came from or went to
     * @param times at least 1
     */
    public record Suppressed<C>(C cause, Cidr prefix, long times) {}

    public EventSampler() {
        this(MAX_PAIRS);
    }

    /**
     * @param mostPairs of cause and prefix that are told apart
     */
    public EventSampler(int mostPairs) {
        this.mostPairs = mostPairs;
    }

    /**
     * True when the event deserves a line now; else it is counted. Call {@link #due} first when
     * {@link #nextDeadlineNanos} has passed.
     */
    public boolean isFirst(C cause, Ip address, long nowNanos) {
        return isFirst(cause, address, 1, nowNanos);
    }

    /**
     * As above for several events at once.
     *
     * @param times at least 1; all but the first are counted when the answer is true
     */
    public boolean isFirst(C cause, Ip address, long times, long nowNanos) {
        Pair<C> pair = new Pair<>(cause, prefixOf(address));
        Window window = windows.get(pair);
        if (window == null && windows.size() >= mostPairs) {
            pair = new Pair<>(cause, everywhere(address));
            window = windows.get(pair);
        }
        if (window != null) {
            window.suppressed += times;
            return false;
        }
        window = new Window(nowNanos + WINDOW_NANOS);
        window.suppressed = times - 1;
        windows.put(pair, window);
        return true;
    }

    /** What is to be summed up now: one entry for each pair that had more events in its minute. Mostly empty. */
    public List<Suppressed<C>> due(long nowNanos) {
        if (nowNanos < nextDeadlineNanos()) {
            return List.of();
        }
        List<Suppressed<C>> due = new ArrayList<>();
        while (nowNanos >= nextDeadlineNanos()) {
            Map.Entry<Pair<C>, Window> oldest = windows.entrySet().iterator().next();
            Pair<C> pair = oldest.getKey();
            long suppressed = oldest.getValue().suppressed;
            windows.remove(pair);
            if (suppressed > 0) {
                due.add(new Suppressed<>(pair.cause, pair.prefix, suppressed));
                windows.put(pair, new Window(nowNanos + WINDOW_NANOS));
            }
        }
        return due;
    }

    /** When {@link #due} has something to do; {@link Long#MAX_VALUE} when nothing is remembered. */
    public long nextDeadlineNanos() {
        return windows.isEmpty() ? Long.MAX_VALUE : windows.values().iterator().next().endsNanos;
    }

    /** Pairs remembered. */
    public int size() {
        return windows.size();
    }

    private static Cidr prefixOf(Ip address) {
        if (address.isUnspecified()) {
            return everywhere(address);
        }
        return new Cidr(address, address.isIpv4() ? IPV4_BITS : IPV6_BITS).masked();
    }

    private static Cidr everywhere(Ip address) {
        return new Cidr(address, 0).masked();
    }
}
