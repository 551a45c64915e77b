package dev.asterism.overlay.tunnel;

import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.firewall.PeerIdentity;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.RemoteList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An established peer: its verified identity, one session and the underlay address in use. A peer may have
 * several tunnels at once (spec wire.md 5.4); one of them is primary.
 *
 * <p>Written by the control plane only. Lanes read the volatile fields and count {@link #traffic}.
 */
public final class Tunnel {

    private static final int PEER_PER_SECOND = 500;
    private static final int PEER_BURST = 1_000;
    private static final int LIGHTHOUSE_PER_SECOND = 5_000;
    private static final int LIGHTHOUSE_BURST = 2_000;

    private final Session session;
    private final VerifiedCertificate peer;
    private final List<Ip> addresses;
    private final HandshakeRecord origin;
    private final RemoteList remotes;
    private final Traffic traffic = new Traffic();
    private final Watch watch = new Watch();
    private final PeerIdentity firewallPeer;

    private final RateLimit controlMessages = new RateLimit(PEER_PER_SECOND, PEER_BURST);
    private final RateLimit confirmations = new RateLimit(100, 1);

    private volatile @Nullable UnderlayAddr remote;
    private volatile boolean confirmed;
    private volatile boolean removed;
    private volatile long moveOfferedNanos = Long.MIN_VALUE;

    public Tunnel(
            Session session,
            VerifiedCertificate peer,
            HandshakeRecord origin,
            RemoteList remotes,
            @Nullable UnderlayAddr remote) {
        this.session = session;
        this.peer = peer;
        this.addresses = peer.certificate().networks().stream().map(Cidr::address).toList();
        this.origin = origin;
        this.remotes = remotes;
        this.firewallPeer = PeerIdentity.of(peer);
        this.remote = remote;
        // Message 2 proves its sender; message 1 proves nothing until a packet follows it.
        this.confirmed = origin.initiator();
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

    /** What only the control plane looks at. */
    public Watch watch() {
        return watch;
    }

    /** Where packets go; null while there is no direct path. */
    public @Nullable UnderlayAddr remote() {
        return remote;
    }

    public void remote(UnderlayAddr to) {
        remote = to;
    }

    public PeerIdentity firewallPeer() {
        return firewallPeer;
    }

    /** True once an authenticated packet of the peer has arrived on this session. */
    public boolean isConfirmed() {
        return confirmed;
    }

    public void confirm() {
        confirmed = true;
    }

    public boolean isRemoved() {
        return removed;
    }

    public void markRemoved() {
        removed = true;
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
        controlMessages.set(LIGHTHOUSE_PER_SECOND, LIGHTHOUSE_BURST);
    }

    /**
     * For lanes: true when the control plane is to be told that the peer has proven itself; at most every 10 ms, as it
     * takes a moment to mark that.
     */
    public boolean offersConfirmation(long nowNanos) {
        return confirmations.take(nowNanos);
    }

    /** Marks of the control plane: what it saw at the last look and what it has begun. */
    public static final class Watch {
        long seenIn;
        long seenOut;
        long lastUsedNanos;
        boolean pendingDeletion;
        long generation;

        /** When the tunnel was added; monotonic. */
        public long establishedNanos;

        /** Roaming: when the peer last moved and from where (spec wire.md 7.4). */
        public long roamedNanos = Long.MIN_VALUE;

        public @Nullable UnderlayAddr roamedFrom;

        /** Doubt after a recv_error: since when, and how many packets had arrived by then. */
        public long recvErrorProbeSinceNanos = Long.MIN_VALUE;

        public long packetsInAtRecvErrorProbe;
        public long lastRecvErrorProbeNanos = Long.MIN_VALUE;

        public final RepeatLimits repeats = new RepeatLimits();

        public final PathSearch search = new PathSearch();

        public final PathQuality quality = new PathQuality();
    }

    /** When a better path was last looked for (spec wire.md 7.4). */
    public static final class PathSearch {

        /** Packets sent when candidates were last tried. */
        public long promoteSeenOut;

        /** Packets sent when lighthouses were last asked. */
        public long requerySeenOut;

        public long lastRequeryNanos = Long.MIN_VALUE;
    }

    /** What a message 1 that came before may cause, as anybody can send it again. */
    public static final class RepeatLimits {

        private static final int PER_SECOND = 10;
        private static final int BURST = 20;

        /** Message 2 again, to where the tunnel leads: a peer that lost it needs it. */
        public final RateLimit answers = new RateLimit(PER_SECOND, BURST);

        /** Message 2 again, to other sources. */
        public final RateLimit answersElsewhere = new RateLimit(PER_SECOND, BURST);

        /** Tests because of a message 1 that is older than the session. */
        public final RateLimit tests = new RateLimit(1, 1);
    }
}
