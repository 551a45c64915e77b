package dev.asterism.lighthouse.server;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Of two hosts that look for each other when one of them has just come, the one that hears of the other first has a
 * quarter of a second for its handshake before the other one hears of it (docs/adr/0051-who-hears-first.md). Once in
 * ten seconds for a pair, so that whoever asks again and again keeps nobody waiting.
 *
 * <p>Bounded: the latest {@value #MAX_PAIRS} pairs and {@value #MAX_PAIRS} hosts. Hosts are named by their primary
 * addresses. Control plane only.
 */
final class HeadStarts {

    /** By then message 1 of the one that goes first has come, over any usual path. */
    static final long HEAD_START_NANOS = Duration.ofMillis(250).toNanos();

    static final int MAX_PAIRS = 16_384;

    /** So long after its session with us a host counts as one that has just come. */
    static final long ARRIVAL_NANOS = Duration.ofSeconds(1).toNanos();

    private static final long REMEMBERED_NANOS = Duration.ofSeconds(10).toNanos();

    /** When the one was told of the other; the oldest first. */
    private final Map<Pair, Long> told = new LinkedHashMap<>();

    /** When hosts came; the oldest first. */
    private final Map<Ip, Long> came = new LinkedHashMap<>();

    private record Pair(Ip asker, Ip about) {}

    /** The host has a new session with us. */
    void came(Ip host, Tick now) {
        forgetUntil(came, now.nanos() - ARRIVAL_NANOS);
        came.remove(host);
        putWithin(MAX_PAIRS, came, host, now);
    }

    /** Whether the host has come within the last second. */
    boolean hasJustCome(Ip host, Tick now) {
        Long since = came.get(host);
        return since != null && now.nanos() - since < ARRIVAL_NANOS;
    }

    /** {@code asker} hears of {@code about} now, and the other one has not heard of it just before. */
    void told(Ip asker, Ip about, Tick now) {
        forgetUntil(told, now.nanos() - REMEMBERED_NANOS);
        putWithin(MAX_PAIRS, told, new Pair(asker, about), now);
    }

    private static <K> void forgetUntil(Map<K, Long> map, long nanos) {
        Iterator<Long> oldest = map.values().iterator();
        while (oldest.hasNext() && oldest.next() - nanos <= 0) {
            oldest.remove();
        }
    }

    private static <K> void putWithin(int most, Map<K, Long> map, K key, Tick now) {
        map.putIfAbsent(key, now.nanos());
        if (map.size() > most) {
            Iterator<K> first = map.keySet().iterator();
            first.next();
            first.remove();
        }
    }

    /** The earliest time at which {@code asker} may hear of {@code about}; may be over. */
    long mayHearNanos(Ip asker, Ip about, Tick now) {
        Long since = told.get(new Pair(/* asker= */ about, /* about= */ asker));
        return since == null ? now.nanos() : since + HEAD_START_NANOS;
    }

    int size() {
        return told.size();
    }
}
