package dev.asterism.lighthouse.bundle;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.discovery.BundleLink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.revocation.BundlesInForce;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * CAs of which a partner has a bundle: the only sign by which a node without one can know that its CA has delegated a
 * key. Of each CA the partner that said so last, until it has not said so for {@link #LASTING_NANOS} or has no tunnel
 * any more. Bounded by the CAs in the pool when it was heard. Control plane only.
 */
final class OfferedCas {

    static final long PATIENCE_NANOS = Duration.ofMinutes(1).toNanos();

    /** Partners that differ in what they have tell it each period. */
    static final long LASTING_NANOS = 5 * BundleNews.PERIOD_NANOS;

    private final Map<Fingerprint, Heard> byCa = new LinkedHashMap<>();

    private record Heard(Ip peer, long sinceNanos, long lastNanos, boolean said) {}

    void add(Fingerprint ca, Ip peer, Tick now) {
        Heard first = new Heard(peer, now.nanos(), now.nanos(), false);
        byCa.merge(
                ca,
                first,
                (known, _) -> new Heard(peer, known.sinceNanos, now.nanos(), known.said));
    }

    private void forget(BundlesInForce inForce, BundleLink link, Tick now) {
        byCa.keySet().removeIf(ca -> inForce.of(ca) != null || link.cas().authority(ca) == null);
        byCa.values()
                .removeIf(
                        heard ->
                                now.nanos() - heard.lastNanos > LASTING_NANOS
                                        || !link.exchangesBundles(heard.peer));
    }

    /** Who offers a bundle of a CA that has none in force. */
    Map<Fingerprint, Ip> by(BundlesInForce inForce, BundleLink link, Tick now) {
        forget(inForce, link, now);
        Map<Fingerprint, Ip> peers = new LinkedHashMap<>();
        byCa.forEach((ca, heard) -> peers.put(ca, heard.peer));
        return peers;
    }

    /** Of these what is to be said now, each CA once. */
    Map<Certificate, Ip> due(BundlesInForce inForce, BundleLink link, Tick now) {
        forget(inForce, link, now);
        Map<Certificate, Ip> due = new LinkedHashMap<>();
        byCa.replaceAll(
                (fingerprint, heard) -> {
                    Certificate ca = link.cas().authority(fingerprint);
                    boolean waits = now.nanos() - heard.sinceNanos < PATIENCE_NANOS;
                    if (heard.said || waits || ca == null) {
                        return heard;
                    }
                    due.put(ca, heard.peer);
                    return new Heard(heard.peer, heard.sinceNanos, heard.lastNanos, true);
                });
        return due;
    }
}
