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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Asks every lighthouse where a peer is: at once as a rule; a burst, such as a scan of the overlay, waits in a
 * bounded queue in which each peer stands once.
 */
final class HostQueries {

    private static final int BURST = 64;
    private static final long BURST_NANOS = Duration.ofMillis(10).toNanos();

    /** How long somebody may still wait for the answer. */
    private static final long WANTED_NANOS = Duration.ofSeconds(6).toNanos();

    private static final int MAX_WANTED = 256;

    private final Supplier<DiscoverySettings> settings;
    private final MessageSender sender;
    private final EventSink events;
    private final Set<Ip> waiting = new LinkedHashSet<>();

    /** Asked over a tunnel and not answered, with the time; the latest last. */
    private final Map<Ip, Long> wanted = new LinkedHashMap<>();

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

    void answered(Ip overlay) {
        wanted.remove(overlay);
    }

    /**
     * A lighthouse has a new tunnel: what was asked lately went over the old one and perhaps to a process that had
     * just begun to know nobody.
     */
    void askAgain(Tick now) {
        for (Map.Entry<Ip, Long> asked : List.copyOf(wanted.entrySet())) {
            if (now.nanos() - asked.getValue() <= WANTED_NANOS) {
                query(asked.getKey(), now);
            } else {
                wanted.remove(asked.getKey());
            }
        }
    }

    private void want(Ip overlay, Tick now) {
        wanted.remove(overlay);
        wanted.put(overlay, now.nanos());
        if (wanted.size() > MAX_WANTED) {
            wanted.remove(wanted.keySet().iterator().next());
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

    /**
     * A host with certificates of both versions shows version 1 as a rule. Its lighthouses read both forms whatever the
     * tunnel was made with, so an IPv6 address is asked for in the form that can name it; Nebula does not ask.
     */
    private AddressForm formOfQuery(Ip lighthouse, Ip overlay) {
        AddressForm form = sender.formTowards(lighthouse);
        return form.canName(overlay) || !settings.get().hasIpv6() ? form : AddressForm.V2;
    }

    private void ask(Ip overlay, Tick now) {
        askedInBurst++;
        for (Ip lighthouse : settings.get().lighthouse().hosts()) {
            AddressForm form = formOfQuery(lighthouse, overlay);
            if (!form.canName(overlay)) {
                events.emit(new LighthouseClientEvent.QueryImpossible(overlay, lighthouse));
                continue;
            }
            if (sender.link().hasTunnel(lighthouse)) {
                want(overlay, now); // without one it waits for the handshake and is sent then
            }
            sender.send(
                    lighthouse, LighthouseMessage.of(MessageKind.HOST_QUERY, form, overlay), now);
        }
    }
}
