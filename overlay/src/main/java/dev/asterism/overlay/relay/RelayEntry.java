package dev.asterism.overlay.relay;

import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.tunnel.PacketTotals;
import dev.asterism.overlay.tunnel.RateLimit;
import dev.asterism.overlay.tunnel.Tunnel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One leg of a relayed path, on the tunnel to the neighbour (spec wire.md 8.1). Written by the control plane only;
 * lanes read the volatile fields and count.
 */
public final class RelayEntry implements RelayLeg {

    /** The requests of one pair of ends that a relay passes on: more than a handshake's tries need. */
    private static final int REQUESTS_PER_SECOND = 5;

    private static final int REQUEST_BURST = 20;

    private final Tunnel tunnel;
    private final RelayRole role;
    private final int localIndex;
    private final Ip peer;
    private final Path.Relayed path = new Path.Relayed(this);
    private final RateLimit requests = new RateLimit(REQUESTS_PER_SECOND, REQUEST_BURST);
    private final PacketTotals packets = new PacketTotals();

    private RelayState state;
    private long packetsSeen;
    private volatile int remoteIndex;
    private volatile boolean usable;
    private volatile @Nullable RelayEntry onward;

    RelayEntry(Tunnel tunnel, RelayRole role, int localIndex, Ip peer, RelayState state) {
        this.tunnel = tunnel;
        this.role = role;
        this.localIndex = localIndex;
        this.peer = peer;
        this.state = state;
    }

    /** To the neighbour. */
    public Tunnel tunnel() {
        return tunnel;
    }

    public RelayRole role() {
        return role;
    }

    /** What the neighbour puts into the headers of relay packets to us. */
    public int localIndex() {
        return localIndex;
    }

    /** For the control plane. */
    public RelayState state() {
        return state;
    }

    /** The path over this leg; always the same object. */
    public Path.Relayed path() {
        return path;
    }

    /** At a relay the leg by which packets from this one go on; null while there is none. */
    public @Nullable RelayEntry onward() {
        return onward;
    }

    void onward(@Nullable RelayEntry leg) {
        onward = leg;
    }

    void remoteIndex(int index) {
        remoteIndex = index;
    }

    /** The neighbour has been asked, perhaps once more; until it answers an index that was in force stays so. */
    void requested() {
        state = RelayState.REQUESTED;
    }

    void established() {
        state = RelayState.ESTABLISHED;
        usable = true;
    }

    void disestablished() {
        state = RelayState.DISESTABLISHED;
        usable = false;
    }

    /** The tunnel is gone, and with it the entry. */
    void removed() {
        usable = false;
        onward = null;
    }

    /** Whether a request of this pair may be passed on now. */
    boolean takeRequest(long nowNanos) {
        return requests.take(nowNanos);
    }

    /** Whether packets came or went by it since this was last asked. */
    boolean wasUsed() {
        long total = packets.packetsIn() + packets.packetsOut();
        boolean used = total != packetsSeen;
        packetsSeen = total;
        return used;
    }

    /** Whether a packet ever came or went by it. */
    boolean hasCarried() {
        return packets.packetsIn() + packets.packetsOut() > 0;
    }

    /** Packets and bytes that came by this leg, which lanes count, and that went by it. */
    public PacketTotals packets() {
        return packets;
    }

    @Override
    public void countOut(int bytes) {
        tunnel.traffic().countOut(bytes);
        packets.countOut(bytes);
    }

    @Override
    public Ip relay() {
        return tunnel.primaryAddress();
    }

    @Override
    public List<Ip> relayAddresses() {
        return tunnel.addresses();
    }

    @Override
    public String relayName() {
        return tunnel.peerName();
    }

    @Override
    public Ip peer() {
        return peer;
    }

    @Override
    public boolean isUsable() {
        return usable;
    }

    @Override
    public int remoteIndex() {
        return remoteIndex;
    }

    @Override
    public @Nullable UnderlayAddr remote() {
        return tunnel.remote();
    }

    @Override
    public AeadKey sendKey() {
        return tunnel.session().sendKey();
    }

    @Override
    public long nextCounter() {
        return tunnel.session().nextCounter();
    }

    @Override
    public String toString() {
        return role + " " + state + " " + peer + " on " + tunnel;
    }
}
