package dev.asterism.lighthouse.services;

import dev.asterism.lighthouse.services.ServiceMessage.Ack;
import dev.asterism.lighthouse.services.ServiceMessage.Ask;
import dev.asterism.lighthouse.services.ServiceMessage.Known;
import dev.asterism.lighthouse.services.ServiceMessage.Offer;
import dev.asterism.lighthouse.services.ServiceMessage.Outcome;
import dev.asterism.lighthouse.services.ServiceMessage.Part;
import dev.asterism.lighthouse.services.ServiceMessage.Refused;
import dev.asterism.lighthouse.services.ServiceMessage.Same;
import dev.asterism.overlay.discovery.CertifiedHost;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.RateLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The lighthouse's side: takes what hosts offer, if their certificates allow it, and tells those who ask. Who a message
 * is of, the tunnel says and never the message. Control plane only.
 */
final class ServiceServer {

    /** So long after the start a lighthouse has heard of every host that lives. */
    private static final Duration SETTLING = Duration.ofSeconds(15);

    private static final long AGING_NANOS = 1_000_000_000L;

    /** Messages in one go, so that 10,000 hosts that want to know of a change keep nothing else waiting. */
    private static final int TOLD_AT_ONCE = 1_024;

    private static final long NEXT_GO_NANOS = 10_000_000L;

    /** A member may name as many services as it likes. */
    private static final int LOGGED_PER_SECOND = 1;

    private static final int LOGGED_AT_ONCE = 64;

    private final ServiceBook book = new ServiceBook();
    private final Subscribers subscribers = new Subscribers();
    private final ServiceLimits limits = new ServiceLimits();
    private final SaidOnce said = new SaidOnce();
    private final RateLimit logged = new RateLimit(LOGGED_PER_SECOND, LOGGED_AT_ONCE);
    private final ServiceCounters counters;
    private final EventSink events;
    private final Outlet outlet;
    private final long startedNanos;
    private long agedNanos;
    private long goNanos;

    /** Where messages go. */
    @FunctionalInterface
    interface Outlet {
        void send(Ip to, ServiceMessage message, Tick now);
    }

    ServiceServer(ServiceCounters counters, EventSink events, Outlet outlet, long startedNanos) {
        this.counters = counters;
        this.events = events;
        this.outlet = outlet;
        this.startedNanos = startedNanos;
        agedNanos = startedNanos;
        goNanos = startedNanos;
    }

    ServiceBook book() {
        return book;
    }

    Subscribers subscribers() {
        return subscribers;
    }

    void onOffer(CertifiedHost from, Offer offer, Tick now) {
        Ip host = from.address();
        if (!limits.maySay(host, now)) {
            counters.countLimited();
            return;
        }
        long before = book.sequence(host);
        if (offer.sequence() < before) {
            outlet.send(host, new Ack(before, Outcome.STALE, List.of()), now);
            return;
        }
        if (!book.isRepeated(host, offer) && !limits.mayChange(host, now)) {
            counters.countLimited();
            outlet.send(host, new Ack(Math.max(0, before), Outcome.LIMITED, List.of()), now);
            return;
        }
        ServiceBook.Taken taken = book.take(from, offer, now);
        for (Refused refused : taken.refused()) {
            refused(from, offer.services().get(refused.index()).name(), refused.rule(), now);
        }
        if (!taken.changed().isEmpty()) {
            counters.countTaken();
        }
        changed(taken.changed(), now);
        outlet.send(host, new Ack(offer.sequence(), Outcome.TAKEN, taken.refused()), now);
    }

    private void refused(CertifiedHost from, String service, Refusal rule, Tick now) {
        counters.countRefused(rule);
        String host = from.address().toString();
        if (said.isFirst(host, service, rule.name()) && logged.take(now.nanos())) {
            events.emit(
                    new ServiceEvent.Refused(from.address(), from.name(), service, rule.text()));
        }
    }

    private void changed(Collection<String> services, Tick now) {
        services.forEach(service -> subscribers.changed(service, now));
    }

    void onAsk(Ip from, Ask ask, Tick now) {
        boolean may =
                ask.acknowledges() ? limits.mayAcknowledge(from, now) : limits.maySay(from, now);
        if (!may) {
            counters.countLimited();
            return;
        }
        List<Known> same = new ArrayList<>();
        for (Known known : ask.names()) {
            boolean room = subscribers.asks(from, known.name(), known.digest(), now);
            if (!room) {
                counters.countLimited();
            } else if (known.digest() == book.set(known.name()).digest()) {
                same.add(known);
            } else if (!ask.acknowledges()) {
                int _ = tell(from, known.name(), now);
            }
        }
        if (!same.isEmpty() && !ask.acknowledges()) {
            outlet.send(from, new Same(isSettled(now), same), now);
        }
    }

    private boolean isSettled(Tick now) {
        return now.nanos() - startedNanos >= SETTLING.toNanos();
    }

    /** Returns how many messages that took. */
    private int tell(Ip to, String service, Tick now) {
        ServiceSet set = book.set(service);
        List<ServiceEntry> all = set.list();
        int parts = Math.max(1, Math.ceilDiv(all.size(), ServiceMessage.MAX_ENTRIES));
        Known known = new Known(service, set.digest());
        for (int i = 0; i < parts; i++) {
            if (!limits.mayBeTold(to, now)) {
                counters.countLimited();
                return i;
            }
            int from = i * ServiceMessage.MAX_ENTRIES;
            int end = Math.min(all.size(), from + ServiceMessage.MAX_ENTRIES);
            counters.countUpdate();
            outlet.send(to, new Part(known, isSettled(now), i, parts, all.subList(from, end)), now);
        }
        return parts;
    }

    /** The certificate of a host may be another one now. */
    void sessionMade(CertifiedHost with, Tick now) {
        book.sessionMade(with.address());
        changed(book.judgeAnew(with), now);
    }

    void onTimer(Tick now) {
        if (now.nanos() - agedNanos >= AGING_NANOS) {
            agedNanos = now.nanos();
            changed(book.age(now), now);
            subscribers.age(now);
        }
        if (now.nanos() - goNanos < 0) {
            return;
        }
        subscribers.look(now);
        for (int told = 0; told < TOLD_AT_ONCE; ) {
            Subscribers.Turn turn = subscribers.next(now, service -> book.set(service).digest());
            if (turn == null) {
                return;
            }
            told += Math.max(1, tell(turn.host(), turn.service(), now));
        }
        goNanos = now.nanos() + NEXT_GO_NANOS;
    }

    long nextDeadlineNanos() {
        boolean idle = book.isEmpty() && subscribers.isEmpty();
        long aging = idle ? Long.MAX_VALUE : agedNanos + AGING_NANOS;
        long telling = subscribers.nextDeadlineNanos();
        return Math.min(aging, telling == Long.MAX_VALUE ? telling : Math.max(telling, goNanos));
    }
}
