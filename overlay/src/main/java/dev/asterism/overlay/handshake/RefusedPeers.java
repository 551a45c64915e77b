package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.view.RefusedPeerView;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last {@value #MOST} peers whose own certificates are on a block list, for people who ask why a peer is away. Only
 * these: who names a blocked CA may have made up the rest of what it shows. Forgets whoever is let in again. Control
 * plane only.
 */
public final class RefusedPeers {

    static final int MOST = 64;

    private static final String OF_FILE = "pki.blocklist";

    /** By certificate, the latest last. */
    private final Map<Fingerprint, Entry> peers = new LinkedHashMap<>();

    private record Entry(Peer peer, String by, long nanos) {}

    /**
     * What the certificate says.
     *
     * @param addresses overlay addresses, primary first
     */
    public record Peer(String name, List<Ip> addresses, CertificateId certificate) {}

    /**
     * No effect for refusals of any other kind.
     *
     * @param why as {@link dev.asterism.overlay.cert.Verification.Refused} says it
     */
    public void refused(Peer peer, String why, Tick now) {
        if (!why.startsWith(CaPool.IN_BLOCKLIST)) {
            return;
        }
        Fingerprint shown = peer.certificate.fingerprint();
        peers.remove(shown);
        peers.put(shown, new Entry(peer, listIn(why), now.nanos()));
        if (peers.size() > MOST) {
            Iterator<Fingerprint> oldest = peers.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** A tunnel to these addresses is proven: whatever else the peer has shown, it is not away any more. */
    public void proven(List<Ip> addresses) {
        peers.values().removeIf(entry -> !Collections.disjoint(entry.peer.addresses, addresses));
    }

    /**
     * Other lists are in force: forgets whom they do not refuse.
     */
    public void listsChanged(CaPool inForce) {
        peers.values().removeIf(entry -> !inForce.blocks(entry.peer.certificate));
    }

    private static String listIn(String why) {
        String rest = why.substring(CaPool.IN_BLOCKLIST.length());
        return rest.startsWith(CaPool.OF_LIST) ? rest.substring(CaPool.OF_LIST.length()) : OF_FILE;
    }

    /** The latest first. */
    public List<RefusedPeerView> views(Tick now) {
        return peers.values().stream().map(entry -> view(entry, now)).toList().reversed();
    }

    private static RefusedPeerView view(Entry entry, Tick now) {
        return new RefusedPeerView(
                entry.peer.name,
                entry.peer.addresses,
                entry.peer.certificate.fingerprint().toString(),
                entry.by,
                Duration.ofNanos(now.nanos() - entry.nanos));
    }

    /** Which list refused the latest peer with this address, its name, and when; null when none did. */
    public @Nullable String reason(Ip address, Tick now) {
        String reason = null;
        for (Entry entry : peers.values()) {
            if (entry.peer.addresses.contains(address)) {
                reason =
                        "the certificate of %s was refused by %s %d s ago"
                                .formatted(
                                        entry.peer.name,
                                        entry.by,
                                        view(entry, now).age().toSeconds());
            }
        }
        return reason;
    }
}
