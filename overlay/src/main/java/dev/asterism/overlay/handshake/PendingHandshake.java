package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.noise.IxHandshake;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.view.HandshakeView;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A handshake of ours that waits for message 2 (spec wire.md 5.1). */
final class PendingHandshake {

    static final int MAX_WAITING = 100;

    final Ip overlay;
    final long startedNanos;
    int attempts;
    long nextAttemptNanos;
    @Nullable Message1 message1;
    List<UnderlayAddr> triedRemotes = List.of();
    final JunkRateLimiter junk = new JunkRateLimiter(50, 10);
    private final ArrayDeque<QueuedMessage> waiting = new ArrayDeque<>();
    private int sends;
    private long sentNanos;

    /**
     * @param packet whole datagram with its header, sent unchanged by every attempt
     * @param extensions what it shows
     */
    record Message1(
            int localIndex,
            IxHandshake machine,
            dev.asterism.overlay.io.Bytes packet,
            Certificate ours,
            int extensions) {}

    PendingHandshake(Ip overlay, long startedNanos) {
        this.overlay = overlay;
        this.startedNanos = startedNanos;
    }

    /** False when the limit is reached: the newest is the one to drop. */
    boolean enqueue(QueuedMessage item) {
        return waiting.size() < MAX_WAITING && waiting.add(item);
    }

    List<QueuedMessage> takeWaiting() {
        List<QueuedMessage> taken = new ArrayList<>(waiting);
        waiting.clear();
        return taken;
    }

    void message1Sent(Tick now) {
        sends++;
        sentNanos = now.nanos();
    }

    /** Message 2 came. If message 1 was sent more than once, nobody can tell which of them it answers. */
    void tellRoundTrip(Tunnel tunnel, Tick now) {
        if (sends == 1) {
            tunnel.watch().quality.handshakeTook(now.nanos() - sentNanos, now.nanos());
        }
    }

    /**
     * @param maxAttempts how often message 1 is sent at most
     */
    HandshakeView view(List<UnderlayAddr> candidates, int maxAttempts, Tick now) {
        return new HandshakeView(
                overlay,
                attempts,
                maxAttempts,
                Duration.ofNanos(Math.max(0, now.nanos() - startedNanos)),
                candidates,
                triedRemotes,
                waiting.size());
    }

    void destroy() {
        if (message1 != null) {
            message1.machine.destroy();
        }
    }
}
