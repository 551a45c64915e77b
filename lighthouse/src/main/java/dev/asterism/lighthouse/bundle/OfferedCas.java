package dev.asterism.lighthouse.bundle;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.revocation.BundlesInForce;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * CAs of which a partner has a bundle: the only sign by which a node without one can know that its CA has delegated a
 * key. Bounded by the CAs in the pool when it was heard. Control plane only.
 */
final class OfferedCas {

    static final long PATIENCE_NANOS = Duration.ofMinutes(1).toNanos();

    private final Map<Fingerprint, Heard> byCa = new LinkedHashMap<>();

    private record Heard(Ip peer, long nanos, boolean said) {}

    void add(Fingerprint ca, Ip peer, Tick now) {
        byCa.putIfAbsent(ca, new Heard(peer, now.nanos(), false));
    }

    private void forget(BundlesInForce inForce, CaPool cas) {
        byCa.keySet().removeIf(ca -> inForce.of(ca) != null || cas.authority(ca) == null);
    }

    /** Who offers a bundle of a CA that has none in force. */
    Map<Fingerprint, Ip> by(BundlesInForce inForce, CaPool cas) {
        forget(inForce, cas);
        Map<Fingerprint, Ip> peers = new LinkedHashMap<>();
        byCa.forEach((ca, heard) -> peers.put(ca, heard.peer));
        return peers;
    }

    /** Of these what is to be said now, each CA once. */
    Map<Certificate, Ip> due(BundlesInForce inForce, CaPool cas, Tick now) {
        forget(inForce, cas);
        Map<Certificate, Ip> due = new LinkedHashMap<>();
        byCa.replaceAll(
                (fingerprint, heard) -> {
                    Certificate ca = cas.authority(fingerprint);
                    boolean waits = now.nanos() - heard.nanos < PATIENCE_NANOS;
                    if (heard.said || waits || ca == null) {
                        return heard;
                    }
                    due.put(ca, heard.peer);
                    return new Heard(heard.peer, heard.nanos, true);
                });
        return due;
    }
}
