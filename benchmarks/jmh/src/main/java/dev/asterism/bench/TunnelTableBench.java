package dev.asterism.bench;

import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.aead.JcaAead;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.CandidateFilter;
import dev.asterism.overlay.path.RemoteList;
import dev.asterism.overlay.tunnel.HandshakeRecord;
import dev.asterism.overlay.tunnel.ReplayWindow;
import dev.asterism.overlay.tunnel.Session;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Which tunnel a packet belongs to; must not depend on how many there are, beyond what no cache holds. */
@State(Scope.Thread)
public class TunnelTableBench {

    /** A power of two; so many tunnels are asked for in turn, however many there are. */
    private static final int ASKED = 8;

    @Param({"10", "100", "1000", "10000"})
    public int tunnels;

    private final TunnelTable table = new TunnelTable();
    private final int[] indexes = new int[ASKED];
    private final long[] high = new long[ASKED];
    private final long[] low = new long[ASKED];
    private int turn;

    @Setup
    public void prepare() {
        Random random = new Random(tunnels);
        Peers peers = new Peers();
        AeadKey key = JcaAead.aesGcm().key(new byte[AeadProvider.KEY_BYTES]);
        for (int i = 0; i < tunnels; i++) {
            VerifiedCertificate peer = peers.host("10.42." + i / 250 + "." + (i % 250 + 1) + "/16");
            Tunnel tunnel = tunnel(random.nextInt(), key, peer);
            table.add(tunnel, TunnelTable.TunnelRank.PRIMARY);
            if (i < ASKED || random.nextInt(tunnels) < ASKED) {
                int slot = i < ASKED ? i : random.nextInt(ASKED);
                indexes[slot] = tunnel.session().localIndex();
                high[slot] = tunnel.primaryAddress().hi();
                low[slot] = tunnel.primaryAddress().lo();
            }
        }
    }

    private static Tunnel tunnel(int index, AeadKey key, VerifiedCertificate peer) {
        List<Ip> addresses = peer.certificate().networks().stream().map(Cidr::address).toList();
        return new Tunnel(
                new Session(index, ~index, key, key, new ReplayWindow(64)),
                peer,
                new HandshakeRecord(true, Bytes.EMPTY, Bytes.EMPTY, 1, peer.certificate()),
                new RemoteList(addresses, () -> CandidateFilter.OPEN),
                Path.to(UnderlayAddr.of("198.51.100.7:4242")));
    }

    @Benchmark
    public Tunnel byIndex() {
        Tunnel found = table.byIndex(indexes[++turn & ASKED - 1]);
        if (found == null) {
            throw new IllegalStateException("no tunnel");
        }
        return found;
    }

    @Benchmark
    public Tunnel byAddress() {
        int slot = ++turn & ASKED - 1;
        Tunnel found = table.byOverlay(high[slot], low[slot]);
        if (found == null) {
            throw new IllegalStateException("no tunnel");
        }
        return found;
    }
}
