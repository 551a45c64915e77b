package dev.asterism.overlay.tunnel;

import dev.asterism.overlay.net.Ip;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All established tunnels, by overlay address and by local index (spec wire.md 5.4, 10). Written by the control
 * plane only; {@link #byOverlay} and {@link #byIndex} may be called by any thread and allocate nothing.
 */
public final class TunnelTable {

    /** More confirmed tunnels than this with one address and the least useful one goes. */
    public static final int MAX_PER_ADDRESS = 5;

    /**
     * So many unconfirmed ones for one address: a message 1 in a member's name makes one, and the
     * member's own must not be pushed out before its first packet comes.
     */
    public static final int MAX_UNCONFIRMED_PER_ADDRESS = 512;

    private final IndexTable<Tunnel> byIndex = new IndexTable<>();
    private final PeerTable byAddress = new PeerTable();
    private final Map<Integer, Tunnel> byRemoteIndex = new LinkedHashMap<>();
    private final Set<Tunnel> all = new LinkedHashSet<>();
    private final IndexFilter awaited = new IndexFilter();
    private final IndexFilter remoteIndexes = new IndexFilter();
    private final StrangerDoor strangers = new StrangerDoor();
    private volatile int peersSought;
    private long generation;
    private PacketGaps gone = PacketGaps.NONE;

    /** The primary tunnel of an overlay address, given as its two words; null when no tunnel serves it. */
    public @Nullable Tunnel byOverlay(long hi, long lo) {
        return byAddress.primary(hi, lo);
    }

    public @Nullable Tunnel byOverlay(Ip address) {
        return byAddress.primary(address.hi(), address.lo());
    }

    public @Nullable Tunnel byIndex(int localIndex) {
        return byIndex.get(localIndex);
    }

    /** Every tunnel held for the address, the primary first; a snapshot for the control plane. */
    public List<Tunnel> allOf(Ip address) {
        return byAddress.all(address);
    }

    /** In the order they were made; a view for the control plane. */
    public Collection<Tunnel> all() {
        return Collections.unmodifiableSet(all);
    }

    /**
     * Local indexes of handshakes of ours that wait for an answer. Adding their tunnel ends that,
     * after it can be found by its index: a lane that finds an index neither here nor there has to
     * look there once more.
     */
    public IndexFilter awaited() {
        return awaited;
    }

    /** Indexes that peers have chosen, as recv_error names them. */
    public IndexFilter remoteIndexes() {
        return remoteIndexes;
    }

    /** For lanes: whose message 1 is of no use at the moment. */
    public StrangerDoor strangers() {
        return strangers;
    }

    /** For lanes: whether there is a peer that does not answer where we know it, so that hints are of use. */
    public boolean isPeerSought() {
        return peersSought > 0;
    }

    /** So many more peers are sought, or fewer; for the control plane. */
    public void seek(int change) {
        int before = peersSought;
        peersSought = before + change;
    }

    public int size() {
        return all.size();
    }

    /** How many indexes of peers there are; for the control plane. */
    public int remoteIndexCount() {
        return byRemoteIndex.size();
    }

    /** Over all tunnels that there are and were; for the control plane. */
    public PacketGaps packetGaps() {
        PacketGaps sum = gone;
        for (Tunnel tunnel : all) {
            sum = sum.plus(tunnel.session().window());
        }
        return sum;
    }

    /**
     * The tunnel whose peer uses this index towards itself, as recv_error names it; null when there is none. Of
     * several the first confirmed one, as an index can be read off the wire and used by others.
     */
    public @Nullable Tunnel byRemoteIndex(int remoteIndex) {
        return byRemoteIndex.get(remoteIndex);
    }

    /** How a new tunnel stands beside those with the same peer. */
    public enum TunnelRank {
        PRIMARY,
        SECONDARY
    }

    /**
     * Adds a tunnel for each of the peer's addresses. Returns the tunnels that had to go because an address
     * held more than {@link #MAX_PER_ADDRESS} or {@link #MAX_UNCONFIRMED_PER_ADDRESS}; already removed here.
     */
    public List<Tunnel> add(Tunnel tunnel, TunnelRank standing) {
        all.add(tunnel);
        tunnel.watch().generation = ++generation;
        Tunnel namesake = byRemoteIndex.get(tunnel.session().remoteIndex());
        if (namesake == null || !namesake.isConfirmed()) {
            byRemoteIndex.put(tunnel.session().remoteIndex(), tunnel);
        }
        remoteIndexes.add(tunnel.session().remoteIndex());
        byIndex.put(tunnel.session().localIndex(), tunnel);
        if (tunnel.origin().initiator()) {
            awaited.remove(tunnel.session().localIndex());
        }
        for (Ip address : tunnel.addresses()) {
            byAddress.add(address, tunnel, standing == TunnelRank.PRIMARY);
        }
        return evictFor(tunnel);
    }

    /** Makes room beside a tunnel that was added or has just been confirmed; as {@link #add}. */
    public List<Tunnel> evictFor(Tunnel newcomer) {
        List<Tunnel> evicted = new ArrayList<>();
        boolean confirmed = newcomer.isConfirmed();
        int most = confirmed ? MAX_PER_ADDRESS : MAX_UNCONFIRMED_PER_ADDRESS;
        for (Ip address : newcomer.addresses()) {
            List<Tunnel> held = byAddress.all(address);
            if (held.size() <= most) {
                continue;
            }
            int same = 0;
            Tunnel last = null;
            for (Tunnel candidate : held) {
                if (candidate.isConfirmed() == confirmed) {
                    same++;
                    last = candidate == newcomer ? last : candidate;
                }
            }
            if (same > most && last != null) {
                evicted.add(last);
                remove(last);
            }
        }
        return evicted;
    }

    /** Makes a tunnel the primary of each address that it serves; no effect on one that was removed. */
    public void promote(Tunnel tunnel) {
        if (all.contains(tunnel)) {
            tunnel.addresses().forEach(address -> byAddress.promote(address, tunnel));
        }
    }

    /**
     * Whether packets are sent through it: it is the primary tunnel of one of its addresses at least.
     * Another one may be that of the others, if the peer has shown a certificate with fewer addresses.
     */
    public boolean isPrimary(Tunnel tunnel) {
        for (Ip address : tunnel.addresses()) {
            if (byAddress.primary(address.hi(), address.lo()) == tunnel) {
                return true;
            }
        }
        return false;
    }

    /** True when {@code one} was added after {@code other}. */
    public static boolean isNewer(Tunnel one, Tunnel other) {
        return one.watch().generation > other.watch().generation;
    }

    /**
     * Removes a tunnel. Returns true if this was the peer's last tunnel: none of its addresses has
     * another one.
     */
    public boolean remove(Tunnel tunnel) {
        if (!all.remove(tunnel)) {
            return false;
        }
        gone = gone.plus(tunnel.session().window());
        tunnel.markRemoved();
        byIndex.remove(tunnel.session().localIndex());
        remoteIndexes.remove(tunnel.session().remoteIndex());
        byRemoteIndex.remove(tunnel.session().remoteIndex(), tunnel);
        boolean last = true;
        for (Ip address : tunnel.addresses()) {
            byAddress.remove(address, tunnel);
            last &= byAddress.all(address).isEmpty();
        }
        reinstateNamesake(tunnel);
        return last;
    }

    /**
     * A damaged or repeated message 1 makes another tunnel with the same remote index; the one left
     * takes its place.
     */
    private void reinstateNamesake(Tunnel removed) {
        int index = removed.session().remoteIndex();
        for (Tunnel other : byAddress.all(removed.primaryAddress())) {
            if (other.session().remoteIndex() == index) {
                byRemoteIndex.putIfAbsent(index, other);
            }
        }
    }
}
