package dev.asterism.lighthouse.client;

import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.lighthouse.wire.AddressForm;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageKind;
import dev.asterism.lighthouse.wire.MessageSender;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Finds another host with our overlay address: asks the lighthouses where we are. A lighthouse that
 * has shown one of the addresses we reported, and later shows none of them, has a report of
 * somebody else. Uses an ordinary query, so any lighthouse answers it; a clone with the very same
 * underlay addresses is not found.
 *
 * <p>Asks a second after a report until a lighthouse has shown our own record, and then just before
 * a report, when another host has had the longest time to report, but at most every 25 s.
 */
final class OwnRecordCheck {

    private static final long AFTER_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long BEFORE_NANOS = Duration.ofMillis(200).toNanos();
    private static final long REST_NANOS = Duration.ofSeconds(25).toNanos();
    private static final long SAID_NANOS = Duration.ofMinutes(5).toNanos();
    private static final int MAX_TOLD = 128;

    private final Supplier<DiscoverySettings> settings;
    private final MessageSender sender;
    private final EventSink events;

    /** Every address we have reported, as a lighthouse may have missed the last reports. */
    private final Set<UnderlayAddr> told = new LinkedHashSet<>();

    private final Set<Ip> sawOurs = new LinkedHashSet<>();

    /** Lighthouses that have shown an address of ours and nothing else: no NAT is in between. */
    private final Set<Ip> sawDirectly = new LinkedHashSet<>();

    /** Lighthouses that have seen us at an address that none of our interfaces has. */
    private final Set<Ip> sawTranslated = new LinkedHashSet<>();

    private long confirmNanos = Long.MAX_VALUE;
    private long compareNanos = Long.MAX_VALUE;
    private long askedNanos = Long.MIN_VALUE;
    private long saidNanos = Long.MIN_VALUE;

    OwnRecordCheck(Supplier<DiscoverySettings> settings, MessageSender sender, EventSink events) {
        this.settings = settings;
        this.sender = sender;
        this.events = events;
    }

    void told(List<UnderlayAddr> addresses) {
        if (told.addAll(addresses)) {
            sawDirectly.clear(); // we have moved, perhaps behind a NAT
        }
        while (told.size() > MAX_TOLD) {
            told.remove(told.iterator().next());
        }
    }

    /** A report went to all lighthouses; the next goes out then. */
    void onUpdatesSent(Tick now, long nextNanos) {
        long half = Math.max(0, (nextNanos - now.nanos()) / 2);
        if (sawOurs.isEmpty()) {
            confirmNanos = now.nanos() + Math.min(AFTER_NANOS, half);
        }
        boolean rested = askedNanos == Long.MIN_VALUE || nextNanos - askedNanos >= REST_NANOS;
        if (sawOurs.isEmpty() || rested) {
            compareNanos = nextNanos - Math.min(BEFORE_NANOS, half);
        }
    }

    void onTimer(Tick now) {
        if (confirmNanos <= now.nanos()) {
            confirmNanos = Long.MAX_VALUE;
            ask(now);
        }
        if (compareNanos <= now.nanos()) {
            compareNanos = Long.MAX_VALUE;
            if (!sawOurs.isEmpty()) {
                askedNanos = now.nanos();
                ask(now);
            }
        }
    }

    private void ask(Tick now) {
        Ip me = settings.get().me();
        for (Ip lighthouse : settings.get().lighthouse().hosts()) {
            AddressForm form = sender.formTowards(lighthouse);
            if (form.canName(me) && sender.link().hasTunnel(lighthouse)) {
                sender.send(
                        lighthouse, LighthouseMessage.of(MessageKind.HOST_QUERY, form, me), now);
            }
        }
    }

    /** What a lighthouse has about us. */
    void onHostQueryReply(Ip lighthouse, LighthouseMessage answer, Tick now) {
        List<UnderlayAddr> rest = selfReported(answer);
        if (rest.isEmpty() && !Collections.disjoint(answer.addresses(), told)) {
            sawDirectly.add(lighthouse);
        }
        if (isTranslated(answer)) {
            sawTranslated.add(lighthouse);
        } else {
            sawTranslated.remove(lighthouse);
        }
        boolean direct = sawDirectly.contains(lighthouse);
        List<UnderlayAddr> known = rest.isEmpty() && direct ? answer.addresses() : rest;
        if (!Collections.disjoint(known, told)) {
            sawOurs.add(lighthouse);
        } else if (!known.isEmpty() && sawOurs.contains(lighthouse) && maySay(now)) {
            saidNanos = now.nanos();
            events.emit(
                    new LighthouseClientEvent.OwnAddressUsedElsewhere(
                            settings.get().me(), lighthouse, known));
        }
    }

    /**
     * Without the first address of each family: that is where packets came from lately, if the lighthouse has such
     * (spec wire.md 9.3), and may be an address that only a NAT knows. Empty when the answer has nothing else.
     */
    private static List<UnderlayAddr> selfReported(LighthouseMessage answer) {
        List<UnderlayAddr> rest = new ArrayList<>();
        answer.ipv4().stream().skip(1).forEach(rest::add);
        answer.ipv6().stream().skip(1).forEach(rest::add);
        return rest;
    }

    /** The first address of a family is where our packets came from. */
    private boolean isTranslated(LighthouseMessage answer) {
        return Stream.concat(answer.ipv4().stream().limit(1), answer.ipv6().stream().limit(1))
                .anyMatch(seen -> !told.contains(seen));
    }

    /** Whether the last answer of some lighthouse shows a NAT in between. */
    boolean isBehindNat() {
        return !sawTranslated.isEmpty();
    }

    private boolean maySay(Tick now) {
        return saidNanos == Long.MIN_VALUE || now.nanos() - saidNanos >= SAID_NANOS;
    }

    long nextDeadlineNanos() {
        return Math.min(confirmNanos, compareNanos);
    }
}
