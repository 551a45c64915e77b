package dev.asterism.overlay.lane;

import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.ConfigReader;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.firewall.Conntrack;
import dev.asterism.overlay.firewall.FilterPorts;
import dev.asterism.overlay.firewall.Firewall;
import dev.asterism.overlay.firewall.LocalNetworks;
import dev.asterism.overlay.firewall.RuleCompiler;
import dev.asterism.overlay.firewall.RuleSet;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.CandidateFilter;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RemoteFilter;
import dev.asterism.overlay.path.RemoteList;
import dev.asterism.overlay.relay.RelayTable;
import dev.asterism.overlay.route.RouteTable;
import dev.asterism.overlay.tunnel.HandshakeRecord;
import dev.asterism.overlay.tunnel.ReplayWindow;
import dev.asterism.overlay.tunnel.Session;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.tunnel.TunnelTable.TunnelRank;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.overlay.wire.WireExtensions;
import java.lang.foreign.MemorySegment;

/**
 * The outbound lane of 10.42.0.1 and the inbound lane of 10.42.0.2, whole, with a tunnel and a wire
 * in memory between them.
 */
public final class LaneRig {

    static final String A = "10.42.0.1";
    static final String B = "10.42.0.2";
    static final String A6 = "fd42::1";
    static final String B6 = "fd42::2";
    public static final Tick NOW = new Tick(1_000_000_000L, TestPki.NOW);

    private static final UnderlayAddr AT_A = UnderlayAddr.of("192.0.2.1:4242");
    private static final UnderlayAddr AT_B = UnderlayAddr.of("192.0.2.2:4242");
    private static final String CONFIG =
            """
            pki: {ca: a, cert: b, key: c}
            firewall:
              inbound: [{port: any, proto: any, host: any}]
              outbound: [{port: any, proto: any, host: any}]
            """;

    private final TestPki pki = TestPki.seeded(7);
    private final LocalIdentity a = pki.hostV2("a", A + "/16", A6 + "/64");
    private final LocalIdentity b = pki.hostV2("b", B + "/16", B6 + "/64");
    private final AeadProvider ciphers;
    final LaneCounters outCounters = new LaneCounters();
    public final LaneCounters inCounters = new LaneCounters();
    final MemoryTun tunOfA;
    final MemoryTun tunOfB = new MemoryTun(new byte[0], 0, false);
    final MemoryWire wire = new MemoryWire(AT_A);
    private final Tunnel tunnelOfA;
    public final PacketSender senderOfA;
    public final CommandQueue commandsOfB;
    final TunnelTable tunnelsOfB;

    /** What each end's lane shares with its control plane; the tunnel is the only one of its table. */
    public final LaneShared sharedByA;

    public final LaneShared sharedByB;
    final OutboundLane outbound;
    final InboundLane inbound;

    /**
     * @param extensionsOfA what the sender's session has agreed on, to the receiver's {@code extensionsOfB}
     */
    public LaneRig(AeadProvider ciphers, MemoryTun tunOfA, int extensionsOfA, int extensionsOfB) {
        this.ciphers = ciphers;
        this.tunOfA = tunOfA;
        tunnelOfA = tunnel(b, a, AT_B, 1, extensionsOfA);
        senderOfA = sender(outCounters);
        sharedByA = parts(a, tunnelOfA, outCounters);
        sharedByB = parts(b, tunnel(a, b, AT_A, 2, extensionsOfB), inCounters);
        outbound = new OutboundLane(sharedByA, tunOfA, senderOfA);
        commandsOfB = sharedByB.commands();
        tunnelsOfB = sharedByB.tunnels();
        inbound =
                new InboundLane(
                        sharedByB, wire, tunOfB, ciphers.context(), sender(inCounters), () -> {});
    }

    private PacketSender sender(LaneCounters counters) {
        return new PacketSender(wire, ciphers.context(), 128, 320 * 1024, counters);
    }

    private Tunnel tunnel(
            LocalIdentity peer, LocalIdentity ours, UnderlayAddr at, int index, int extensions) {
        byte[] key = new byte[AeadProvider.KEY_BYTES];
        Session session =
                new Session(
                        index,
                        3 - index,
                        ciphers.key(key),
                        ciphers.key(key),
                        new ReplayWindow(ReplayWindow.DEFAULT_LENGTH),
                        extensions);
        VerifiedCertificate verified = pki.verified(peer.certificate());
        return new Tunnel(
                session,
                verified,
                new HandshakeRecord(
                        true,
                        Bytes.EMPTY,
                        Bytes.EMPTY,
                        1,
                        ours.certificate(),
                        WireExtensions.NONE,
                        true),
                new RemoteList(
                        peer.certificate().networks().stream().map(Cidr::address).toList(),
                        () -> CandidateFilter.OPEN),
                Path.to(at));
    }

    private LaneShared parts(LocalIdentity ours, Tunnel tunnel, LaneCounters counters) {
        TunnelTable tunnels = new TunnelTable();
        tunnels.add(tunnel, TunnelRank.PRIMARY);
        return shared(pki, ours, tunnels, new RelayTable(tunnels), counters);
    }

    /** What a lane shares with the control plane of a node that lets everything pass. */
    static LaneShared shared(
            TestPki pki,
            LocalIdentity ours,
            TunnelTable tunnels,
            RelayTable relays,
            LaneCounters counters) {
        OverlayConfig config =
                switch (ConfigReader.read("test.yml", CONFIG)) {
                    case ConfigOutcome.Loaded loaded -> loaded.config();
                    case ConfigOutcome.Refused refused ->
                            throw new IllegalStateException(refused.problems().toString());
                };
        NodeSnapshot snapshot =
                NodeSnapshot.of(
                        config,
                        ours,
                        pki.pool(),
                        RemoteFilter.ALLOW_ALL,
                        RouteTable.EMPTY,
                        rules(config, ours));
        LaneEpochs epochs = new LaneEpochs();
        return new LaneShared(
                new SnapshotCell(snapshot),
                tunnels,
                relays,
                new CommandQueue(() -> {}),
                new Firewall(new Conntrack(1000, 5)),
                counters,
                epochs,
                epochs.join());
    }

    private static RuleSet rules(OverlayConfig config, LocalIdentity ours) {
        return RuleCompiler.compile(config.firewall(), LocalNetworks.of(ours));
    }

    /** An L7 filter listens at A, or at B. */
    void filter(LaneShared at, FilterPorts ports) {
        at.snapshots().set(at.snapshots().get().withFilterPorts(ports));
    }

    /** What the host of B got last, byte for byte. */
    byte[] lastAtB(int entry) {
        PacketBatch written = tunOfB.last();
        byte[] packet = new byte[written.length(entry)];
        written.slab().asSlice(written.offset(entry), packet.length).asByteBuffer().get(packet);
        return packet;
    }

    /** Seals the packet as it is, past all checks. */
    void sendFromA(byte[] packet, boolean marked) {
        senderOfA.packet(tunnelOfA, MemorySegment.ofArray(packet), 0, packet.length, marked);
        senderOfA.flush();
    }

    /** Seals a message for B, which does not receive it yet. */
    void sendFromA(MessageType type, int subtype, int length) {
        senderOfA.message(tunnelOfA, type, subtype, new byte[length]);
        senderOfA.flush();
    }

    /** Seals a message for B's control plane and lets B receive it. */
    public void messageFromA(MessageType type, int subtype, int length, Tick now) {
        sendFromA(type, subtype, length);
        while (inbound.doWork(now) > 0) {}
    }

    /** That many of what applications of A send go all the way to B. */
    public void carry(int times) {
        tunOfA.offer(times);
        while (outbound.doWork(NOW) > 0) {}
        while (inbound.doWork(NOW) > 0) {}
    }
}
