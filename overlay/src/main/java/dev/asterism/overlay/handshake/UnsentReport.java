package dev.asterism.overlay.handshake;

import dev.asterism.overlay.event.EventSampler;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;

/**
 * Tells of messages 1 that left by no address: of each overlay prefix the first, then a count each
 * minute, as a laptop without a network tries all night. One thread.
 */
final class UnsentReport {

    private static final String CAUSE = "not sent";

    private final EventSink events;
    private final EventSampler<String> sampler = new EventSampler<>();

    UnsentReport(EventSink events) {
        this.events = events;
    }

    void add(Ip vpnAddr, List<UnderlayAddr> udpAddrs, int attempt, Tick now) {
        onTimer(now);
        if (sampler.isFirst(CAUSE, vpnAddr, now.nanos())) {
            events.emit(new HandshakeEvent.Message1NotSent(vpnAddr, udpAddrs, attempt));
        }
    }

    void onTimer(Tick now) {
        for (EventSampler.Suppressed<String> more : sampler.due(now.nanos())) {
            events.emit(new HandshakeEvent.MoreMessages1NotSent(more.prefix(), more.times()));
        }
    }

    long nextDeadlineNanos() {
        return sampler.nextDeadlineNanos();
    }
}
