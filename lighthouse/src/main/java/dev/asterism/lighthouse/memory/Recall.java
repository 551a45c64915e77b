package dev.asterism.lighthouse.memory;

import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * After its start a lighthouse begins a handshake with each host that it remembers. Otherwise a host would learn only
 * from a recv_error that its session is lost: when it next says something, mostly its next report, which is lost then.
 * The lighthouse's handshake it answers at any time; Nebula then reports at once (1.12) and asks by the new session.
 *
 * <p>{@value #BURST} hosts every {@value #BURST_MILLIS} ms, those heard of last first; a host that has come by itself
 * meanwhile is left out. Control plane's thread only.
 */
final class Recall {

    static final int BURST = 2;
    static final int BURST_MILLIS = 10;

    private static final long BURST_NANOS = Duration.ofMillis(BURST_MILLIS).toNanos();

    private final ControlLink link;
    private final Deque<Ip> waiting = new ArrayDeque<>();
    private long nextNanos = Long.MAX_VALUE;

    Recall(ControlLink link) {
        this.link = link;
    }

    /**
     * @param hosts primary addresses, the latest last
     */
    void begin(List<Ip> hosts, Tick now) {
        hosts.forEach(waiting::addFirst);
        nextNanos = waiting.isEmpty() ? Long.MAX_VALUE : now.nanos();
    }

    void onTimer(Tick now) {
        if (nextNanos > now.nanos()) {
            return;
        }
        for (int begun = 0; begun < BURST && !waiting.isEmpty(); ) {
            Ip host = waiting.removeFirst();
            if (!link.hasTunnel(host)) {
                link.ensureTunnel(host, now);
                begun++;
            }
        }
        nextNanos = waiting.isEmpty() ? Long.MAX_VALUE : now.nanos() + BURST_NANOS;
    }

    long nextDeadlineNanos() {
        return nextNanos;
    }
}
