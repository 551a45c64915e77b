package dev.asterism.overlay.handshake;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.ConfigReader;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.discovery.RemoteDirectory;
import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.CandidateFilter;
import dev.asterism.overlay.path.PathPins;
import dev.asterism.overlay.path.RemoteFilter;
import dev.asterism.overlay.path.RemoteList;
import dev.asterism.overlay.relay.RelayTry;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** One end of a handshake: everything real but the network, which is a list of what was sent. */
final class TestWorld implements RemoteDirectory {

    record Sent(UnderlayAddr to, Bytes datagram) {}

    final LocalIdentity identity;
    final List<Sent> sent = new ArrayList<>();
    final List<MeshEvent> events = new ArrayList<>();
    final List<QueuedMessage> neverSent = new ArrayList<>();
    final List<Ip> queried = new ArrayList<>();
    final List<Ip> failed = new ArrayList<>();
    final TunnelTable tunnels = new TunnelTable();
    final Handshakes handshakes;
    CaPool cas;
    RemoteFilter remotePolicy = RemoteFilter.ALLOW_ALL;
    int extensions;
    boolean reachable = true;
    private final OverlayConfig config;
    private final Map<Ip, RemoteList> remotes = new TreeMap<>();

    TestWorld(TestPki pki, LocalIdentity host, long seed) {
        this(pki, host, seed, AeadCipher.AES);
    }

    TestWorld(TestPki pki, LocalIdentity host, long seed, AeadCipher cipher) {
        identity = host;
        cas = pki.pool();
        ConfigOutcome read = ConfigReader.read("test.yml", "pki: {ca: a, cert: b, key: c}");
        if (!(read instanceof ConfigOutcome.Loaded loaded)) {
            throw new IllegalStateException(read.toString());
        }
        config = loaded.config();
        handshakes =
                new Handshakes(
                        new HandshakeEnv(
                                this::settings,
                                tunnels,
                                this,
                                cipher,
                                cipher.jdk(),
                                new Random(seed)::nextBytes,
                                new DirectOnly(),
                                neverSent::add),
                        events::add);
    }

    /** Whole seconds after the certificates' "now". */
    static Tick at(double seconds) {
        long nanos = (long) (seconds * 1e9);
        return new Tick(nanos, TestPki.NOW.plusNanos(nanos));
    }

    void knows(Ip overlay, UnderlayAddr... addresses) {
        remotesOf(overlay).configure(List.of(addresses));
    }

    Bytes lastSent() {
        return sent.getLast().datagram();
    }

    @Override
    public RemoteList remotesOf(Ip overlay) {
        return remotes.computeIfAbsent(
                overlay, ip -> new RemoteList(List.of(ip), () -> CandidateFilter.OPEN));
    }

    @Override
    public boolean handshakeStarting(Ip overlay, Tick now) {
        return false;
    }

    @Override
    public void query(Ip overlay, Tick now) {
        queried.add(overlay);
    }

    @Override
    public void handshakeFailed(Ip overlay) {
        failed.add(overlay);
    }

    @Override
    public boolean isLighthouse(Ip overlay) {
        return false;
    }

    @Override
    public void sessionMade(List<Ip> peerAddresses, Tick now) {}

    @Override
    public void peerGone(List<Ip> peerAddresses) {}

    private HandshakeSettings settings() {
        return new HandshakeSettings(
                identity,
                cas,
                remotePolicy,
                PathPins.of(config.asterism().paths()),
                config,
                extensions);
    }

    /** A network without relays. */
    private final class DirectOnly implements HandshakeEnv.Message1Sender {

        @Override
        public boolean sendNow(List<UnderlayAddr> to, byte[] datagram) {
            if (!reachable) {
                return false;
            }
            to.forEach(address -> sent.add(new Sent(address, Bytes.copyOf(datagram))));
            return true;
        }

        @Override
        public int relay(Ip peer, List<Ip> relays, RelayTry why, byte[] datagram, Tick now) {
            return 0;
        }
    }
}
