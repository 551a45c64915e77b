package dev.asterism.lighthouse.services;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.text.ServiceName;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to know who offers a service, and who is to be told next. A change is told at once and, to those who have
 * not said that they got it, three times more within 1.5 s. Control plane only.
 */
final class Subscribers {

    /** Of all services together. */
    static final int MAX = 65_536;

    /** Services that one host may want to know of. */
    static final int MAX_OF_HOST = ServiceName.MAX_WANTED;

    /** Without asking again; a host asks every five seconds. */
    private static final Duration KEPT = Duration.ofSeconds(20);

    /** Who has not asked for so long gives way to another when there is no room. */
    private static final Duration IDLE = Duration.ofSeconds(8);

    /** From one round to the next. */
    private static final long[] ROUNDS_NANOS = {0, 300_000_000L, 600_000_000L, 600_000_000L};

    /** Changes of a service within this time are told together. */
    private static final long TOGETHER_NANOS = 200_000_000L;

    private final Map<String, Topic> topics = new LinkedHashMap<>();

    /** Of which somebody is to be told, now or in a later round. */
    private final Map<String, Topic> active = new LinkedHashMap<>();

    /** Those of them whose turn has come, the next one first. */
    private final Map<String, Topic> ready = new LinkedHashMap<>();

    /** All of them, the one that asked longest ago first. */
    private final SequencedSet<Interest> byAge = new LinkedHashSet<>();

    private final Map<Ip, Integer> perHost = new LinkedHashMap<>();

    /** A host's interest. */
    private static final class Interest {
        private final Ip host;
        private final String service;
        private long digest;
        private long askedNanos;

        Interest(Ip host, String service) {
            this.host = host;
            this.service = service;
        }
    }

    /** One service. */
    private static final class Topic {
        private final Map<Ip, Interest> hosts = new LinkedHashMap<>();
        private final ArrayDeque<Ip> toTell = new ArrayDeque<>();

        /** The next one; beyond the last one nobody is told. */
        private int round = ROUNDS_NANOS.length;

        private long roundNanos;
        private long toldNanos;
        private boolean told;
    }

    /**
     * @param service to tell of
     */
    record Turn(Ip host, String service) {}

    /**
     * The host asks, and knows what has this digest. False: there is no room for it.
     */
    boolean asks(Ip host, String service, long digest, Tick now) {
        Topic topic = topics.computeIfAbsent(service, _ -> new Topic());
        Interest interest = topic.hosts.get(host);
        if (interest == null) {
            boolean room = perHost.getOrDefault(host, 0) < MAX_OF_HOST && makesRoom(now);
            if (!room) {
                forgetIfEmpty(service, topic);
                return false;
            }
            interest = new Interest(host, service);
            // Whoever gave way may have been the last of this service.
            topics.putIfAbsent(service, topic);
            topic.hosts.put(host, interest);
            perHost.merge(host, 1, Integer::sum);
        }
        interest.digest = digest;
        interest.askedNanos = now.nanos();
        byAge.remove(interest);
        byAge.add(interest);
        return true;
    }

    /** In place of the one that asked longest ago, if it has missed its turn to ask again. */
    private boolean makesRoom(Tick now) {
        if (byAge.size() < MAX) {
            return true;
        }
        Interest oldest = byAge.getFirst();
        if (now.nanos() - oldest.askedNanos < IDLE.toNanos()) {
            return false;
        }
        forget(oldest);
        return true;
    }

    private void forget(Interest interest) {
        byAge.remove(interest);
        perHost.computeIfPresent(interest.host, (_, n) -> n == 1 ? null : n - 1);
        Topic topic = topics.get(interest.service);
        if (topic != null) {
            topic.hosts.remove(interest.host);
            forgetIfEmpty(interest.service, topic);
        }
    }

    private void forgetIfEmpty(String service, Topic topic) {
        if (topic.hosts.isEmpty()) {
            topics.remove(service);
        }
    }

    /** Who offers the service has changed. */
    void changed(String service, Tick now) {
        Topic topic = topics.get(service);
        if (topic == null) {
            return;
        }
        long earliest = topic.told ? topic.toldNanos + TOGETHER_NANOS : now.nanos();
        topic.round = 0;
        topic.roundNanos = Math.max(now.nanos(), earliest);
        active.put(service, topic);
    }

    /**
     * Finds out whose turn has come, once before many calls of {@link #next}: each of these would otherwise pass by all
     * services that wait for their next round.
     */
    void look(Tick now) {
        active.forEach(
                (service, topic) -> {
                    if (!topic.toTell.isEmpty() || isDue(topic, now)) {
                        ready.put(service, topic);
                    }
                });
    }

    /**
     * Whom to tell next; null: nobody at the moment.
     *
     * @param digests of what a service is now, by its name
     */
    @Nullable Turn next(Tick now, ToLongFunction<String> digests) {
        Iterator<Map.Entry<String, Topic>> all = ready.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, Topic> entry = all.next();
            Topic topic = entry.getValue();
            if (topic.toTell.isEmpty() && isDue(topic, now)) {
                begin(topic, digests.applyAsLong(entry.getKey()), now);
            }
            Ip host = topic.toTell.poll();
            all.remove();
            if (host != null) {
                // Behind the others: one that changes all the time keeps none of them waiting.
                ready.put(entry.getKey(), topic);
                return new Turn(host, entry.getKey());
            }
            if (topic.round >= ROUNDS_NANOS.length) {
                active.remove(entry.getKey(), topic);
            }
        }
        return null;
    }

    private static boolean isDue(Topic topic, Tick now) {
        return topic.round < ROUNDS_NANOS.length && now.nanos() - topic.roundNanos >= 0;
    }

    private static void begin(Topic topic, long digest, Tick now) {
        topic.hosts.forEach(
                (host, interest) -> {
                    if (interest.digest != digest) {
                        topic.toTell.add(host);
                    }
                });
        topic.toldNanos = now.nanos();
        topic.told = true;
        topic.round++;
        if (topic.round < ROUNDS_NANOS.length) {
            topic.roundNanos = now.nanos() + ROUNDS_NANOS[topic.round];
        }
    }

    /** Forgets who does not ask any more. */
    void age(Tick now) {
        while (!byAge.isEmpty() && now.nanos() - byAge.getFirst().askedNanos >= KEPT.toNanos()) {
            forget(byAge.getFirst());
        }
    }

    /** When {@link #next} has somebody; the past: now. */
    long nextDeadlineNanos() {
        long next = Long.MAX_VALUE;
        for (Topic topic : active.values()) {
            if (!topic.toTell.isEmpty()) {
                return Long.MIN_VALUE;
            }
            if (topic.round < ROUNDS_NANOS.length) {
                next = Math.min(next, topic.roundNanos);
            }
        }
        return next;
    }

    int size() {
        return byAge.size();
    }

    boolean isEmpty() {
        return byAge.isEmpty();
    }
}
