package dev.asterism.lighthouse.services;

import dev.asterism.lighthouse.services.ServiceEntry.State;
import dev.asterism.lighthouse.services.ServiceMessage.OwnAsk;
import dev.asterism.lighthouse.services.ServiceMessage.OwnOffer;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What hosts say themselves of what they offer, by the tunnels of this caller to them. While the tunnel lives it counts
 * for more than what lighthouses tell. When one tells a later word of a host, the host is asked at once; only when it
 * does not answer within 0.3 s, and the lighthouse was not wrong lately, the lighthouse's word counts until the answer
 * comes.
 * Bounded by the hosts that the caller makes tunnels to. Control plane only.
 */
final class OwnWords {

    /** From a question to the next, while nobody says anything else. */
    private static final long REPEAT_NANOS = Duration.ofSeconds(60).toNanos();

    /** What is not answered is asked again after 250 ms, 500 ms, up to 8 s. */
    private static final long FIRST_AGAIN_NANOS = 250_000_000L;

    private static final int MOST_DOUBLINGS = 5;

    /** A host answers within that, if its tunnel is any good. */
    static final long GRACE_NANOS = 300_000_000L;

    /** For so long after a host has said that a lighthouse was wrong nobody is believed before it was asked. */
    private static final long DISTRUST_NANOS = Duration.ofMinutes(10).toNanos();

    /** Between two questions for the sake of lighthouses that were wrong lately. */
    private static final long DISTRUSTED_AGAIN_NANOS = Duration.ofSeconds(2).toNanos();

    private final ControlLink link;
    private final ServiceClient client;
    private final Outlet outlet;
    private final EventSink events;
    private final ServiceCounters counters;
    private final SaidOnce logged = new SaidOnce();
    private final Map<Ip, Word> words = new LinkedHashMap<>();

    /** Where questions go. */
    @FunctionalInterface
    interface Outlet {
        void send(Ip to, ServiceMessage message, Tick now);
    }

    /** What one lighthouse has told of one host. */
    private static final class Said {
        private long number;
        private long nanos;

        /** {@link #number} when the latest question was sent. */
        private long atQuestion;

        private boolean wrong;
        private long wrongNanos;

        /** Whether the host has lately not had a number that was told: then it is asked before this is believed. */
        private boolean isDistrusted(Tick now) {
            return wrong && now.nanos() - wrongNanos < DISTRUST_NANOS;
        }
    }

    /** What one host has said, and what lighthouses have told of it. */
    private static final class Word {
        private @Nullable OwnOffer last;

        /** When the latest question was sent, which is also its token. */
        private long askedNanos;

        /** The token of the question that was answered last. */
        private long answeredNanos;

        private boolean asked;
        private long dueNanos;
        private int tries;
        private final Map<Ip, Said> said = new LinkedHashMap<>();

        private Word(Tick now) {
            dueNanos = now.nanos();
        }

        private void askAt(long nanos) {
            dueNanos = Math.min(dueNanos, nanos);
        }

        private void asked(Tick now) {
            answeredNanos = asked ? answeredNanos : now.nanos() - 1;
            said.values().forEach(one -> one.atQuestion = one.number);
            asked = true;
            askedNanos = now.nanos();
            dueNanos = askedNanos + (FIRST_AGAIN_NANOS << Math.min(tries, MOST_DOUBLINGS));
            tries++;
        }

        /** Whether this answers a question that is out; of several each counts, as all are of use. */
        private boolean isAnsweredBy(OwnOffer offer) {
            return asked && offer.token() - answeredNanos > 0 && offer.token() - askedNanos <= 0;
        }

        private void answered(OwnOffer offer, Tick now) {
            answeredNanos = offer.token();
            last = offer;
            tries = 0;
            dueNanos = now.nanos() + REPEAT_NANOS;
        }

        /** Whether this is later than what the host has said, and was told since it was asked that. */
        private boolean isNews(Said one) {
            return last != null && one.number > last.sequence() && one.nanos - answeredNanos > 0;
        }

        /** A question is due when a lighthouse tells something newer; those of liars keep nobody busy. */
        private void doubt(Tick now) {
            for (Said one : said.values()) {
                if (isNews(one)) {
                    long pause = one.isDistrusted(now) ? DISTRUSTED_AGAIN_NANOS : FIRST_AGAIN_NANOS;
                    tries = 0;
                    askAt(Math.max(now.nanos(), askedNanos + pause));
                }
            }
        }
    }

    OwnWords(
            ControlLink link,
            ServiceClient client,
            Outlet outlet,
            EventSink events,
            ServiceCounters counters) {
        this.link = link;
        this.client = client;
        this.outlet = outlet;
        this.events = events;
        this.counters = counters;
    }

    /** A lighthouse tells this of a service: hosts of which it is news are asked. */
    void told(Ip lighthouse, ServiceSet set, Tick now) {
        words.forEach(
                (host, word) -> {
                    ServiceEntry entry = set.entries().get(host);
                    if (entry != null) {
                        Said one = word.said.computeIfAbsent(lighthouse, _ -> new Said());
                        if (one.number != entry.sequence()) {
                            one.number = entry.sequence();
                            one.nanos = now.nanos();
                            word.doubt(now);
                        }
                    }
                });
        ask(now);
    }

    /** The hosts that matter are these, and those whose own word still makes them matter. */
    void attend(Set<Ip> hosts, Collection<String> services, int most, Tick now) {
        Set<Ip> kept = new LinkedHashSet<>(hosts);
        for (Ip host : words.keySet()) {
            if (kept.size() < most && link.hasTunnel(host) && offersAny(host, services)) {
                kept.add(host);
            }
        }
        words.keySet().retainAll(kept);
        boolean isNew = false;
        for (Ip host : kept) {
            isNew |= words.putIfAbsent(host, new Word(now)) == null;
        }
        if (isNew) {
            client.forEachTold((lighthouse, set) -> told(lighthouse, set, now));
        }
        ask(now);
    }

    private boolean offersAny(Ip host, Collection<String> services) {
        return services.stream().anyMatch(service -> offered(host, service) != null);
    }

    private void ask(Tick now) {
        words.forEach(
                (host, word) -> {
                    boolean due = now.nanos() - word.dueNanos >= 0;
                    if (due && link.services().exchangesServices(host)) {
                        word.asked(now);
                        outlet.send(host, new OwnAsk(word.askedNanos), now);
                    }
                });
    }

    /** There is a new tunnel to the host, which may have been started anew. */
    void sessionMade(Ip host, Tick now) {
        Word word = words.get(host);
        if (word != null) {
            word.tries = 0;
            word.askAt(now.nanos());
            ask(now);
        }
    }

    /**
     * A host answers.
     *
     * @param addresses of its tunnel
     * @return false when it was not asked that
     */
    boolean heard(List<Ip> addresses, String name, OwnOffer offer, Tick now) {
        for (Ip address : addresses) {
            Word word = words.get(address);
            if (word != null && word.isAnsweredBy(offer)) {
                word.answered(offer, now);
                if (offer.token() == word.askedNanos && offer.sequence() > 0) {
                    word.said.forEach(
                            (lighthouse, one) -> judge(lighthouse, one, address, name, offer));
                }
                word.doubt(now);
                ask(now);
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the lighthouse had told, before the question, what the host does not know of. One that has not offered
     * anything yet may have been started anew: then it is the lighthouse that does not know.
     */
    private void judge(Ip lighthouse, Said one, Ip host, String name, OwnOffer offer) {
        if (one.atQuestion > offer.sequence()) {
            counters.countContradicted();
            one.wrong = true;
            one.wrongNanos = offer.token();
            if (logged.isFirst(lighthouse.toString(), host.toString())) {
                events.emit(new ServiceEvent.Contradicted(lighthouse, host, name));
            }
        }
    }

    /**
     * Who a host is to a caller of a service: what it says itself, if it is known and counts; else what was told.
     *
     * @param told by lighthouses; null: nothing
     * @return null: neither
     */
    @Nullable ServiceEntry entry(Ip host, String service, @Nullable ServiceEntry told, Tick now) {
        Word word = words.get(host);
        OwnOffer last = word == null || !link.hasTunnel(host) ? null : word.last;
        if (word == null || last == null) {
            return told;
        }
        ServiceEntry news = news(host, service, word, now);
        if (news != null) {
            return news;
        }
        OfferedService own = offered(host, service);
        if (own != null) {
            State state = own.healthy() ? State.HEALTHY : State.UNHEALTHY;
            return new ServiceEntry(
                    host, last.sequence(), own.version(), own.port(), own.weight(), state);
        }
        return told == null
                ? null
                : new ServiceEntry(
                        host,
                        last.sequence(),
                        told.version(),
                        told.port(),
                        told.weight(),
                        State.WITHDRAWN);
    }

    /** What a lighthouse that was not wrong lately has told, and the host has not confirmed in time; null: nothing. */
    private @Nullable ServiceEntry news(Ip host, String service, Word word, Tick now) {
        ServiceEntry latest = null;
        for (Map.Entry<Ip, Said> one : word.said.entrySet()) {
            Said said = one.getValue();
            boolean counts =
                    word.isNews(said)
                            && now.nanos() - said.nanos >= GRACE_NANOS
                            && !said.isDistrusted(now);
            ServiceEntry entry = counts ? client.told(one.getKey(), service, host) : null;
            if (entry != null && (latest == null || entry.sequence() > latest.sequence())) {
                latest = entry;
            }
        }
        return latest;
    }

    /** Null: it does not say that it offers the service. */
    private @Nullable OfferedService offered(Ip host, String service) {
        Word word = words.get(host);
        if (word != null && word.last != null) {
            for (OfferedService one : word.last.services()) {
                if (one.name().equals(service)) {
                    return one;
                }
            }
        }
        return null;
    }

    /** Hosts that have been asked, or are to be. */
    Set<Ip> hosts() {
        return words.keySet();
    }

    /** Nothing that hosts have said counts any more. */
    void forgetAll() {
        words.clear();
    }
}
