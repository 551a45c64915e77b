package dev.asterism.lighthouse.client;

import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Keeps a tunnel to every relay that this node names in {@code relay.relays}, as others are told to reach it there:
 * behind a symmetric NAT, or a firewall that lets nothing in, the relay cannot begin a handshake with this node. Every
 * two seconds each of these tunnels is tested, which also keeps a NAT's mapping; where there is none, or no answer
 * comes, a handshake begins. Stock nodes wait for the relay to ask for one, or for a need of their own.
 *
 * <p>A relay that does not answer is tried again after a pause that doubles with each handshake that fails, from two
 * seconds to {@value #LONGEST_PAUSE_SECONDS}. A relay that is also a lighthouse is left to {@link LighthouseWatch}.
 */
final class RelayWatch {

    private static final long LONGEST_PAUSE_SECONDS = 30;

    private static final long PERIOD_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long LONGEST_NANOS = Duration.ofSeconds(LONGEST_PAUSE_SECONDS).toNanos();

    /** A pause is shorter by up to a tenth, so that nodes in step do not stay so. */
    private static final long JITTER_NANOS = PERIOD_NANOS / 10;

    private final Supplier<DiscoverySettings> settings;
    private final ControlLink link;
    private final RandomSource random;
    private Map<Ip, Watched> relays = new LinkedHashMap<>();

    private static final class Watched {
        private long pauseNanos = PERIOD_NANOS;
        private long nextNanos;

        Watched(Tick now) {
            nextNanos = now.nanos();
        }
    }

    RelayWatch(Supplier<DiscoverySettings> settings, ControlLink link, RandomSource random) {
        this.settings = settings;
        this.link = link;
        this.random = random;
    }

    /** At a start and after a change of settings: relays that are named anew are connected to at once. */
    void restart(Tick now) {
        DiscoverySettings s = settings.get();
        Map<Ip, Watched> before = relays;
        relays = new LinkedHashMap<>();
        for (Ip relay : s.advertisedRelays()) {
            boolean watchedAlready = s.usesLighthouses() && s.isLighthouse(relay);
            if (!s.isOurs(relay) && !watchedAlready) {
                Watched kept = before.get(relay);
                relays.put(relay, kept == null ? new Watched(now) : kept);
            }
        }
    }

    /** A handshake ran out of tries: a relay that is away need not hear from everybody each second. */
    void handshakeFailed(Ip overlay) {
        Watched relay = relays.get(overlay);
        if (relay != null) {
            relay.nextNanos += relay.pauseNanos;
            relay.pauseNanos = Math.min(2 * relay.pauseNanos, LONGEST_NANOS);
        }
    }

    void sessionMade(Ip overlay) {
        Watched relay = relays.get(overlay);
        if (relay != null) {
            relay.pauseNanos = PERIOD_NANOS;
        }
    }

    void onTimer(Tick now) {
        for (Map.Entry<Ip, Watched> entry : relays.entrySet()) {
            Watched relay = entry.getValue();
            if (relay.nextNanos - now.nanos() <= 0) {
                relay.nextNanos = now.nanos() + PERIOD_NANOS - random.below(JITTER_NANOS);
                link.ensureTunnel(entry.getKey(), now);
            }
        }
    }

    long nextDeadlineNanos() {
        long next = Long.MAX_VALUE;
        for (Watched relay : relays.values()) {
            next = Math.min(next, relay.nextNanos);
        }
        return next;
    }
}
