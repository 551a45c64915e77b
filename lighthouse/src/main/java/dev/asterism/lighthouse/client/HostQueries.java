package dev.asterism.lighthouse.client;

import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.lighthouse.wire.AddressForm;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageKind;
import dev.asterism.lighthouse.wire.MessageSender;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Asks every lighthouse where a peer is: at once as a rule; a burst, such as a scan of the overlay, waits in a
 * bounded queue in which each peer stands once.
 */
final class HostQueries {

    private static final int BURST = 64;
    private static final long BURST_NANOS = Duration.ofMillis(10).toNanos();

    private final Supplier<DiscoverySettings> settings;
    private final MessageSender sender;
    private final EventSink events;
    private final Set<Ip> waiting = new LinkedHashSet<>();
    private long burstBegan;
    private int askedInBurst;

    HostQueries(Supplier<DiscoverySettings> settings, MessageSender sender, EventSink events) {
        this.settings = settings;
        this.sender = sender;
        this.events = events;
    }

    void query(Ip overlay, Tick now) {
        if (waiting.isEmpty() && mayAsk(now)) {
            ask(overlay, now);
        } else if (waiting.size() < settings.get().queryBuffer()) {
            waiting.add(overlay);
        } else if (!waiting.contains(overlay)) {
            sender.counters().countQueryDropped();
            events.emit(new LighthouseClientEvent.QueryDropped(overlay));
        }
    }

    void onTimer(Tick now) {
        while (!waiting.isEmpty() && mayAsk(now)) {
            Iterator<Ip> first = waiting.iterator();
            Ip overlay = first.next();
            first.remove();
            ask(overlay, now);
        }
    }

    long nextDeadlineNanos() {
        return waiting.isEmpty() ? Long.MAX_VALUE : burstBegan + BURST_NANOS;
    }

    private boolean mayAsk(Tick now) {
        if (askedInBurst == 0 || now.nanos() - burstBegan >= BURST_NANOS) {
            burstBegan = now.nanos();
            askedInBurst = 0;
        }
        return askedInBurst < BURST;
    }

    private void ask(Ip overlay, Tick now) {
        askedInBurst++;
        for (Ip lighthouse : settings.get().lighthouse().hosts()) {
            AddressForm form = sender.formTowards(lighthouse);
            if (!form.canName(overlay)) {
                events.emit(new LighthouseClientEvent.QueryImpossible(overlay, lighthouse));
                continue;
            }
            sender.send(
                    lighthouse, LighthouseMessage.of(MessageKind.HOST_QUERY, form, overlay), now);
        }
    }
}
