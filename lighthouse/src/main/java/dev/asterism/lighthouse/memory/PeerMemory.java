package dev.asterism.lighthouse.memory;

import dev.asterism.lighthouse.book.AddressBook;
import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.AddrSnapshot;
import dev.asterism.overlay.path.RemoteList;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The last confirmed addresses of every peer, bounded and aged, for a start while no lighthouse is there. Other
 * nodes use an entry as candidates until something newer is known ({@link RemoteList#remember}). A lighthouse puts
 * its entries back into the {@link AddressBook}, answers queries from them at once and calls these hosts ({@link
 * Recall}); those that do not come back soon are dropped. Control plane's thread only.
 */
public final class PeerMemory {

    /** A lighthouse answers about all its hosts; other nodes talk to fewer. */
    public static final int MAX_ON_LIGHTHOUSE = 32_768;

    public static final int MAX_ELSEWHERE = 4_096;

    static final Duration MAX_AGE_ON_LIGHTHOUSE = Duration.ofDays(1);
    static final Duration MAX_AGE_ELSEWHERE = Duration.ofDays(14);

    /** Hosts report every ten seconds as a rule; who has not by then is gone. */
    private static final long RETURN_NANOS = Duration.ofMinutes(10).toNanos();

    private final AddressBook book;
    private final ControlLink link;
    private final boolean onLighthouse;
    private final Recall recall;

    /** By primary address, the latest last. */
    private final Map<Ip, RememberedPeer> peers = new LinkedHashMap<>();

    /** Every other overlay address of those above, to its primary. */
    private final Map<Ip, Ip> primaries = new LinkedHashMap<>();

    private Predicate<CertificateId> blocked = _ -> false;

    /** Put into a lighthouse's book and not heard from yet. */
    private final Set<Ip> awaited = new LinkedHashSet<>();

    private long awaitedUntilNanos = Long.MAX_VALUE;
    private Instant wall = Instant.EPOCH;

    /** The hour of {@link #wall}: one object for all peers that were heard in it. */
    private Instant hour = Instant.EPOCH;

    public PeerMemory(AddressBook book, ControlLink link, boolean onLighthouse) {
        this.book = book;
        this.link = link;
        this.onLighthouse = onLighthouse;
        this.recall = new Recall(link);
    }

    /** Takes over what an earlier process kept. Call once, before the first timer. */
    public void restore(List<RememberedPeer> kept, Tick now) {
        setWall(now.wall());
        kept.stream().filter(this::mayBeKept).forEach(this::put);
        if (onLighthouse) {
            peers.values().forEach(this::putIntoBook);
            recall.begin(List.copyOf(awaited), now);
            awaitedUntilNanos = now.nanos() + RETURN_NANOS;
        } else {
            book.lists().forEach(this::fill);
        }
    }

    private void setWall(Instant time) {
        wall = time;
        Instant now = time.truncatedTo(ChronoUnit.HOURS);
        hour = now.equals(hour) ? hour : now;
    }

    private boolean mayBeKept(RememberedPeer peer) {
        Duration maxAge = onLighthouse ? MAX_AGE_ON_LIGHTHOUSE : MAX_AGE_ELSEWHERE;
        return !isBlocked(peer.certificate()) && !peer.lastHeard().isBefore(wall.minus(maxAge));
    }

    private boolean isBlocked(@Nullable CertificateId certificate) {
        return certificate != null && blocked.test(certificate);
    }

    private void putIntoBook(RememberedPeer peer) {
        RemoteList list = book.unify(peer.overlay());
        list.report(peer.primary(), peer.reported(), peer.relays());
        peer.learned().forEach(address -> list.learn(peer.primary(), address));
        awaited.add(peer.primary());
    }

    /** The list of a peer was made anew: gives it what is remembered of that peer. */
    public void fill(RemoteList list) {
        if (onLighthouse) {
            return;
        }
        RememberedPeer peer = peers.get(primaryOf(list.overlay().getFirst()));
        if (peer != null) {
            list.remember(peer.learned(), peer.relays());
        }
    }

    /** The peer has proven itself, and where it is. */
    public void sessionMade(List<Ip> addresses) {
        awaited.remove(addresses.getFirst());
        refresh(addresses, link.certificateOf(addresses.getFirst()));
    }

    /** The last tunnel of the peer is gone and its list goes, too. */
    public void peerGone(List<Ip> addresses) {
        RememberedPeer before = peers.get(addresses.getFirst());
        if (onLighthouse) {
            remove(addresses.getFirst());
        } else if (before != null) {
            refresh(addresses, before.certificate());
        }
    }

    private void refresh(List<Ip> addresses, @Nullable CertificateId certificate) {
        Ip primary = addresses.getFirst();
        RemoteList list = book.known(primary);
        if (list == null || isBlocked(certificate)) {
            return;
        }
        AddrSnapshot known = list.knowledgeOf(primary);
        AddrSnapshot own = known == null ? AddrSnapshot.EMPTY : known;
        List<Ip> relays = onLighthouse ? own.relays() : list.relays();
        if (own.isEmpty() && relays.isEmpty()) {
            return;
        }
        put(
                new RememberedPeer(
                        addresses,
                        certificate,
                        own.learned(),
                        onLighthouse ? own.reported() : List.of(),
                        relays,
                        hour));
    }

    private void put(RememberedPeer peer) {
        peer.overlay().forEach(this::removeOf);
        peers.put(peer.primary(), peer);
        peer.overlay().stream().skip(1).forEach(ip -> primaries.put(ip, peer.primary()));
        int most = onLighthouse ? MAX_ON_LIGHTHOUSE : MAX_ELSEWHERE;
        if (peers.size() > most) {
            remove(peers.keySet().iterator().next());
        }
    }

    /** An address may be the primary of one peer, or another one's besides. */
    private Ip primaryOf(Ip overlay) {
        return peers.containsKey(overlay) ? overlay : primaries.getOrDefault(overlay, overlay);
    }

    private void removeOf(Ip overlay) {
        remove(primaryOf(overlay));
    }

    private void remove(Ip primary) {
        RememberedPeer peer = peers.remove(primary);
        if (peer != null) {
            peer.overlay().stream().skip(1).forEach(ip -> primaries.remove(ip, primary));
        }
    }

    /** Forgets peers with such certificates and keeps none of them from now on. */
    public void block(Predicate<CertificateId> certificates) {
        blocked = certificates;
        for (RememberedPeer peer : List.copyOf(peers.values())) {
            if (isBlocked(peer.certificate())) {
                remove(peer.primary());
                RemoteList list = book.known(peer.primary());
                if (list != null) {
                    list.remember(List.of(), List.of());
                }
                if (awaited.remove(peer.primary())) {
                    book.forget(peer.overlay());
                }
            }
        }
    }

    /** A copy for the file, the latest last; what has a tunnel is as of now. */
    public List<RememberedPeer> peers() {
        for (RememberedPeer peer : new ArrayList<>(peers.values())) {
            if (link.hasTunnel(peer.primary())) {
                refresh(peer.overlay(), peer.certificate());
            }
        }
        return peers.values().stream().filter(this::mayBeKept).toList();
    }

    public void onTimer(Tick now) {
        setWall(now.wall());
        recall.onTimer(now);
        if (awaitedUntilNanos <= now.nanos()) {
            awaitedUntilNanos = Long.MAX_VALUE;
            awaited.forEach(this::drop);
            awaited.clear();
        }
    }

    private void drop(Ip primary) {
        RememberedPeer peer = peers.get(primary);
        if (peer != null && !link.hasTunnel(primary)) {
            remove(primary);
            book.forget(peer.overlay());
        }
    }

    public long nextDeadlineNanos() {
        return Math.min(awaitedUntilNanos, recall.nextDeadlineNanos());
    }
}
