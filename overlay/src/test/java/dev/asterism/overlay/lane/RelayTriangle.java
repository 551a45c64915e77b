package dev.asterism.overlay.lane;

import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.CandidateFilter;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.PathPins;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.path.RemoteList;
import dev.asterism.overlay.relay.RelayLink;
import dev.asterism.overlay.relay.RelayNegotiator;
import dev.asterism.overlay.relay.RelayPolicy;
import dev.asterism.overlay.relay.RelayTable;
import dev.asterism.overlay.relay.RelayTry;
import dev.asterism.overlay.tunnel.HandshakeRecord;
import dev.asterism.overlay.tunnel.ReplayWindow;
import dev.asterism.overlay.tunnel.Session;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.tunnel.TunnelTable.TunnelRank;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Two ends and the relay between them, whose negotiators speak with each other without a network. */
final class RelayTriangle {

    static final Ip X = Ip.of("10.42.0.1");
    static final Ip R = Ip.of("10.42.0.2");
    static final Ip Y = Ip.of("10.42.0.3");
    private static final Tick NOW = LaneRig.NOW;

    private final TestPki pki = TestPki.seeded(7);
    private final AeadProvider ciphers;
    final Node x;
    final Node relay;
    final Node y;

    RelayTriangle(AeadProvider ciphers) {
        this.ciphers = ciphers;
        x = new Node(X, false);
        relay = new Node(R, true);
        y = new Node(Y, false);
        connect(x, relay, 1);
        connect(y, relay, 11);
        for (int i = 0; i < 2; i++) {
            x.negotiator.attempt(Y, List.of(R), RelayTry.FIRST, new byte[100], LaneRig.NOW);
        }
    }

    private void connect(Node one, Node other, int index) {
        one.add(other, index, index + 1);
        other.add(one, index + 1, index);
    }

    /** Both ends get a tunnel with the other one, through the relay. */
    void connectEnds() {
        x.addRelayed(y, 21, 22);
        y.addRelayed(x, 22, 21);
    }

    /** What a lane of that node shares with its control plane. */
    LaneShared shared(Node node, LaneCounters counters) {
        return LaneRig.shared(pki, node.identity, node.tunnels, node.relays, counters);
    }

    /** One of the three. */
    final class Node implements RelayLink {

        final LocalIdentity identity;
        final UnderlayAddr at;
        final TunnelTable tunnels = new TunnelTable();
        final RelayTable relays = new RelayTable(tunnels);
        final RelayNegotiator negotiator;
        private final List<Node> neighbours = new ArrayList<>();

        Node(Ip address, boolean amRelay) {
            identity = pki.host(address.toString(), address + "/16");
            at = new UnderlayAddr(Ip.ofIpv4(0xC0000200 | address.ipv4() & 0xFF), 4242);
            negotiator =
                    new RelayNegotiator(
                            tunnels,
                            relays,
                            new Random(address.ipv4())::nextBytes,
                            () ->
                                    new RelayPolicy(
                                            amRelay, !amRelay, List.of(address), PathPins.NONE),
                            this,
                            _ -> {});
        }

        private void add(Node peer, int index, int remoteIndex) {
            neighbours.add(peer);
            Tunnel tunnel = tunnel(peer, index, remoteIndex, Path.to(peer.at));
            tunnels.add(tunnel, TunnelRank.PRIMARY);
        }

        private void addRelayed(Node peer, int index, int remoteIndex) {
            RelayLeg leg = relays.entries(to(RelayTriangle.this.relay)).iterator().next();
            Path path = new Path.Relayed(leg);
            tunnels.add(tunnel(peer, index, remoteIndex, path), TunnelRank.PRIMARY);
        }

        private Tunnel tunnel(Node peer, int index, int remoteIndex, @Nullable Path path) {
            return new Tunnel(
                    new Session(
                            index,
                            remoteIndex,
                            keyTowards(remoteIndex),
                            keyTowards(index),
                            new ReplayWindow(ReplayWindow.DEFAULT_LENGTH)),
                    pki.verified(peer.identity.certificate()),
                    new HandshakeRecord(true, Bytes.EMPTY, Bytes.EMPTY, 1, identity.certificate()),
                    new RemoteList(peer.identity.addresses(), () -> CandidateFilter.OPEN),
                    path);
        }

        /** The tunnel with a neighbour ends. */
        void close(Node peer) {
            Tunnel tunnel = to(peer);
            tunnels.remove(tunnel);
            negotiator.removed(tunnel, true);
        }

        /** What is sealed for that index. */
        private AeadKey keyTowards(int index) {
            byte[] key = new byte[AeadProvider.KEY_BYTES];
            key[0] = (byte) index;
            return ciphers.key(key);
        }

        Tunnel to(Node peer) {
            return Objects.requireNonNull(tunnels.byOverlay(peer.identity.addresses().getFirst()));
        }

        @Override
        public void control(Tunnel by, byte[] payload) {
            for (Node peer : neighbours) {
                if (to(peer) == by) {
                    peer.negotiator.message(peer.to(this), Bytes.copyOf(payload), NOW);
                }
            }
        }

        @Override
        public boolean handshake(RelayLeg leg, byte[] message) {
            return leg.isUsable();
        }

        @Override
        public void connect(Ip peer) {
            throw new AssertionError("everybody has a tunnel");
        }

        @Override
        public void relayReady(Ip peer) {}
    }
}
