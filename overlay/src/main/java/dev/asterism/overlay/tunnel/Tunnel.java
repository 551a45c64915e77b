package dev.asterism.overlay.tunnel;

import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.firewall.PeerIdentity;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RemoteList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * An established peer: its verified identity, one session and the underlay address in use. A peer may have
 * several tunnels at once (spec wire.md 5.4); one of them is primary.
 *
 * <p>Written by the control plane only. Lanes read the volatile fields and count {@link #traffic}.
 */
public final class Tunnel {

    private static final RateLimit.Rate OF_PEER = new RateLimit.Rate(500, 1_000);
    private static final RateLimit.Rate OF_LIGHTHOUSE = new RateLimit.Rate(5_000, 2_000);
    private static final RateLimit.Rate OF_CONFIRMATIONS = new RateLimit.Rate(100, 1);

    /** Of {@link #copies}: an object of its own would be one more for each tunnel. */
    private static final AtomicIntegerFieldUpdater<Tunnel> COPIES =
            AtomicIntegerFieldUpdater.newUpdater(Tunnel.class, "copies");

    private final Session session;
    private final VerifiedCertificate peer;
    private final List<Ip> addresses;
    private volatile HandshakeRecord origin;
    private final RemoteList remotes;
    private final Traffic traffic = new Traffic();
    private final PathLimit pathLimit = new PathLimit();
    private final Watch watch = new Watch();
    private final RateLimit controlMessages = new RateLimit(OF_PEER);

    /** Null when {@link #confirmed}, as nobody asks then. */
    private volatile @Nullable RateLimit confirmations;

    /** Made for the first packet: hosts have none for a lighthouse. */
    private volatile @Nullable PeerIdentity firewallPeer;

    private volatile @Nullable Path path;
    private volatile boolean confirmed;
    private volatile boolean removed;
    private volatile int copies;
    private volatile long moveOfferedNanos = Long.MIN_VALUE;

    public Tunnel(
            Session session,
            VerifiedCertificate peer,
            HandshakeRecord origin,
            RemoteList remotes,
            @Nullable Path path) {
        this.session = session;
        this.peer = peer;
        // Not what toList() makes: others keep a List.copyOf() as it is, and it is smaller.
        this.addresses =
                List.copyOf(peer.certificate().networks().stream().map(Cidr::address).toList());
        this.origin = origin;
        this.remotes = remotes;
        this.path = path;
        // Message 2 proves its sender; message 1 proves nothing until a packet follows it.
        this.confirmed = origin.initiator();
        this.confirmations = origin.initiator() ? null : new RateLimit(OF_CONFIRMATIONS);
    }

    public Session session() {
        return session;
    }

    public VerifiedCertificate peer() {
        return peer;
    }

    /** Overlay addresses of the peer's certificate, primary first. */
    public List<Ip> addresses() {
        return addresses;
    }

    /**
     * Whether packets to this address of the peer may go by it: the peer takes none from an address that the
     * certificate we showed lacks. Control plane only.
     */
    public boolean serves(Ip address) {
        return !watch.unserved.contains(address);
    }

    /** Those of {@link #addresses} that it serves. Control plane only. */
    public List<Ip> served() {
        return addresses.stream().filter(this::serves).toList();
    }

    public Ip primaryAddress() {
        return addresses.getFirst();
    }

    public String peerName() {
        return peer.certificate().name();
    }

    public HandshakeRecord origin() {
        return origin;
    }

    public RemoteList remotes() {
        return remotes;
    }

    public Traffic traffic() {
        return traffic;
    }

    /** Which packet sizes the path carries; for lanes. */
    public PathLimit pathLimit() {
        return pathLimit;
    }

    /** What only the control plane looks at. */
    public Watch watch() {
        return watch;
    }

    /** How packets get to the peer; null while there is no way. */
    public @Nullable Path path() {
        return path;
    }

    public void path(@Nullable Path to) {
        path = to;
    }

    /** Packets go by that path from now on, for this reason. Control plane only. */
    public void moveTo(Path to, PathReason why, long nowNanos) {
        path = to;
        watch.quality.pathChanged();
        watch.paths.changed(why);
        watch.paths.look(to, nowNanos);
    }

    /** The peer's underlay address; null while the path is not direct. */
    public @Nullable UnderlayAddr remote() {
        Path current = path;
        return current == null ? null : current.remote();
    }

    /** Always the same one. */
    public PeerIdentity firewallPeer() {
        PeerIdentity made = firewallPeer;
        return made != null ? made : makeFirewallPeer();
    }

    private synchronized PeerIdentity makeFirewallPeer() {
        PeerIdentity made = firewallPeer;
        if (made == null) {
            made = PeerIdentity.of(peer);
            firewallPeer = made;
        }
        return made;
    }

    /** True once an authenticated packet of the peer has arrived on this session. */
    public boolean isConfirmed() {
        return confirmed;
    }

    /** Who has sent a packet on the session has message 2, so that it is not kept for another try. */
    public void confirm() {
        confirmed = true;
        confirmations = null;
        origin = origin.withoutMessage2();
    }

    public boolean isRemoved() {
        return removed;
    }

    public void markRemoved() {
        removed = true;
    }

    /** For lanes: whether the control plane wants a copy of each packet that is sent by it. */
    public boolean isCopied() {
        return copies > 0;
    }

    /** For lanes: takes one of the copies that are wanted; false: there is none left. */
    public boolean takeCopy() {
        return isCopied() && COPIES.decrementAndGet(this) >= 0;
    }

    /** Control plane only: how many packets are to be copied from now on; 0: none. */
    public void keepCopies(int most) {
        copies = most;
    }

    /**
     * For lanes: true when the control plane is to be told that the peer has moved; at most every 10 ms, as a
     * move that it refuses would otherwise cost a command per packet.
     */
    public boolean offersMove(long nowNanos) {
        if (moveOfferedNanos != Long.MIN_VALUE && nowNanos - moveOfferedNanos < 10_000_000L) {
            return false;
        }
        moveOfferedNanos = nowNanos;
        return true;
    }

    @Override
    public String toString() {
        return "tunnel to "
                + peerName()
                + " "
                + addresses
                + " index "
                + Integer.toUnsignedString(session.localIndex());
    }

    /**
     * How many messages for the control plane the peer may send; lanes ask it. Enough for a node that starts and asks
     * its lighthouse about a thousand peers.
     */
    public RateLimit controlMessages() {
        return controlMessages;
    }

    /** A lighthouse answers and introduces for the whole mesh. */
    public void expectLighthouse() {
        controlMessages.set(OF_LIGHTHOUSE);
    }

    /**
     * For lanes: true when the control plane is to be told that the peer has proven itself; at most every 10 ms, as it
     * takes a moment to mark that.
     */
    public boolean offersConfirmation(long nowNanos) {
        RateLimit limit = confirmations;
        return limit != null && limit.take(nowNanos);
    }

    /**
     * Marks of the control plane: what it saw at the last look and what it has begun. What a method returns is made
     * when first asked for: most peers never move, and a lighthouse sends hosts little.
     */
    public static final class Watch {
        long seenIn;
        long seenOut;
        long lastUsedNanos;
        boolean pendingDeletion;
        long generation;

        /** When the tunnel was added; monotonic. */
        public long establishedNanos;

        private @Nullable LastMove lastMove;
        private @Nullable RecvErrorDoubt recvError;
        private @Nullable RepeatLimits repeats;
        private @Nullable PathSearch search;
        private @Nullable PacketSizes mtu;

        public final PathQuality quality = new PathQuality();

        /** Of the peer, not only of this tunnel: its next one takes it over. */
        public PathHistory paths = new PathHistory();

        /** Addresses of the peer that it does not serve; set before the tunnel is added. */
        public List<Ip> unserved = List.of();

        /** Primary addresses of the relays by which the peer has been reached; the first that can be used counts. */
        public List<Ip> relays = List.of();

        public final Use use = new Use();

        public LastMove lastMove() {
            if (lastMove == null) {
                lastMove = new LastMove();
            }
            return lastMove;
        }

        public RecvErrorDoubt recvError() {
            if (recvError == null) {
                recvError = new RecvErrorDoubt();
            }
            return recvError;
        }

        public RepeatLimits repeats() {
            if (repeats == null) {
                repeats = new RepeatLimits();
            }
            return repeats;
        }

        public PathSearch search() {
            if (search == null) {
                search = new PathSearch();
            }
            return search;
        }

        public PacketSizes mtu() {
            if (mtu == null) {
                mtu = new PacketSizes();
            }
            return mtu;
        }

        /** The one of {@link #mtu}; null as long as nobody asks for packet sizes. */
        public @Nullable MtuSearch mtuSearch() {
            return mtu == null ? null : mtu.search;
        }
    }

    /** What packets of which size the path carries. */
    public static final class PacketSizes {

        /** Null as long as nobody asks for packet sizes. */
        public @Nullable MtuSearch search;

        /** Where packets went when {@link #search} was asked last; it knows of that path only. */
        public @Nullable Path of;

        /** Timer that is set for {@link #search}; {@link Long#MAX_VALUE} for none. */
        public long dueNanos = Long.MAX_VALUE;
    }

    /** When the peer last moved, and from where (spec wire.md 7.4). */
    public static final class LastMove {
        public long nanos = Long.MIN_VALUE;
        public @Nullable UnderlayAddr from;
    }

    /** Doubt after a recv_error: since when, and how many packets had arrived by then. */
    public static final class RecvErrorDoubt {
        public long sinceNanos = Long.MIN_VALUE;
        public long packetsIn;

        /** When the peer was last asked because of one. */
        public long lastNanos = Long.MIN_VALUE;
    }

    /** When the tunnel was last used, as far as a look each second tells. */
    public static final class Use {
        public long bytesIn;
        public long bytesOut;

        /** When bytes last went through it, in either direction. */
        public long bytesNanos = Long.MIN_VALUE;

        public long packetsOut;

        /** When a packet was last sent, of any kind. */
        public long packetsOutNanos = Long.MIN_VALUE;
    }
}
