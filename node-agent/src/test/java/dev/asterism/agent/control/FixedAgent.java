package dev.asterism.agent.control;

import dev.asterism.agent.service.ReloadReport;
import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.view.CertificateView;
import dev.asterism.overlay.view.DropView;
import dev.asterism.overlay.view.HandshakeView;
import dev.asterism.overlay.view.LastPacketView;
import dev.asterism.overlay.view.NodeView;
import dev.asterism.overlay.view.PathView;
import dev.asterism.overlay.view.PeerView;
import dev.asterism.overlay.view.RefusedPeerView;
import dev.asterism.overlay.view.RelaysView;
import dev.asterism.overlay.view.RouteView;
import dev.asterism.overlay.view.WhyView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An agent that always answers the same. */
public final class FixedAgent implements AgentControl {

    public static final Instant NOW = Instant.parse("2027-03-01T12:00:00Z");

    private static final String LONG = "fd42:1111:2222:3333:4444:5555:6666:777";

    public final List<String> done = new ArrayList<>();
    public boolean reloadApplies = true;
    public boolean admits;
    public String peerName = "a-peer-with-a-name-that-is-longer-than-names-are";
    public boolean remembers;
    public boolean rough;
    public @Nullable ControlPeer reloadedBy;
    public @Nullable FilterControl filter;

    /** Long addresses and lists: what does not fit a line. */
    public boolean awkward;

    private String level = "info";

    @Override
    public AgentView agent() {
        return new AgentView(
                "1.2.3",
                42,
                Duration.ofHours(3),
                "/etc/asterism/config.yml",
                "mesh0",
                "0.0.0.0:4242",
                level,
                null);
    }

    public RelaysView relays =
            new RelaysView(
                    List.of(
                            new RelaysView.Role("terminal", 0, 0, 0, 0, 0),
                            new RelaysView.Role("forwarding", 0, 0, 0, 0, 0)),
                    new TreeMap<>());

    public PathView.Choice choice =
            new PathView.Choice(
                    "the handshake was answered by this path", null, List.of(), List.of());

    @Override
    public NodeView node() {
        return new NodeView(
                certificate("here", "10.42.0.1/16", 400),
                List.of(),
                false,
                "AES-256-GCM by ipsec-mb",
                List.of(
                        new NodeView.LighthouseView(Ip.of("10.42.0.9"), true),
                        new NodeView.LighthouseView(Ip.of("10.42.0.8"), false)),
                new NodeView.Counts(1, 2, 1, 1, 7, 65_536, 0, 0),
                relays);
    }

    private static final Fingerprint FINGERPRINT =
            Objects.requireNonNull(Fingerprint.parse("ab".repeat(32)));

    private static CertificateView certificate(String name, String network, int days) {
        return new CertificateView(
                1,
                name,
                List.of(Cidr.of(network)),
                List.of(),
                List.of("servers", "eu"),
                "cd".repeat(32),
                "my mesh",
                NOW.minus(Duration.ofDays(1)),
                NOW.plus(Duration.ofDays(days)),
                new CertificateId(FINGERPRINT, null, null));
    }

    public boolean answersProbes = true;
    private long packetsIn = 990;

    private PeerView peer() {
        return new PeerView(
                certificate(peerName, awkward ? LONG + "5/64" : "10.42.0.2/16", 3),
                true,
                true,
                true,
                false,
                Duration.ofMinutes(61),
                new PathView(
                        UnderlayAddr.parse(awkward ? "[" + LONG + "6]:4242" : "192.0.2.17:4242"),
                        null,
                        Duration.ofMinutes(5),
                        List.of(),
                        List.of(),
                        new PathView.PacketSize(
                                1220, PathView.SizeSource.LIMITED, Duration.ofSeconds(1)),
                        choice),
                new PeerView.Traffic(
                        packetsIn, 500, 1_234_567, 99_999, 10, Duration.ofSeconds(2), null),
                new PeerView.Quality(
                        Duration.ofNanos(12_345_678), Duration.ofSeconds(7), rough, 123_456, 900),
                new PeerView.Indexes(1, -1),
                3);
    }

    public RevocationView revocation = RevocationView.EMPTY;

    /** As with a bundle in force that has refused a peer, and whose successor has not come. */
    public void revokes() {
        revocation =
                new RevocationView(
                        List.of(
                                new RevocationView.BundleView(
                                        "cd".repeat(32),
                                        "my mesh",
                                        "1.7",
                                        NOW.minus(Duration.ofDays(9)),
                                        NOW.minus(Duration.ofDays(2)),
                                        true,
                                        3,
                                        NOW.plus(Duration.ofDays(300)))),
                        List.of(
                                new RevocationView.AbsentView(
                                        "ab".repeat(32), "other mesh", "", "10.42.0.1"),
                                new RevocationView.AbsentView("ba".repeat(32), "", "1.4", ""),
                                new RevocationView.AbsentView(
                                        "bb".repeat(32), "ninth mesh", "1.2", "")),
                        List.of(
                                new RefusedPeerView(
                                        "laptop",
                                        List.of(Ip.of("10.42.0.99")),
                                        "ef".repeat(32),
                                        "bundle 1.7",
                                        Duration.ofSeconds(8))));
    }

    @Override
    public RevocationView revocation() {
        return revocation;
    }

    @Override
    public List<PeerView> peers() {
        return List.of(peer());
    }

    @Override
    public List<HandshakeView> handshakes() {
        return List.of(
                new HandshakeView(
                        Ip.of("10.42.0.7"),
                        3,
                        10,
                        Duration.ofMillis(900),
                        List.of(),
                        List.of(),
                        1));
    }

    @Override
    public List<RouteView> routes() {
        return List.of(
                new RouteView(Cidr.of("10.42.0.0/16"), List.of(), 0, 0, true),
                new RouteView(
                        Cidr.of("172.16.0.0/12"),
                        List.of(new RouteView.GatewayView(Ip.of("10.42.0.2"), 1, "b")),
                        1400,
                        5,
                        false));
    }

    @Override
    public List<DropView> drops() {
        return List.of(
                new DropView(
                        NOW.minus(Duration.ofSeconds(30)),
                        true,
                        "b",
                        Ip.of(awkward ? LONG + "1" : "10.42.0.1"),
                        "22",
                        Ip.of(awkward ? LONG + "2" : "10.42.0.2"),
                        "50000",
                        6,
                        "no matching rule in firewall table",
                        "no rule matched; checked 1:"
                                + " /etc/asterism/conf.d/config.yml:12 (icmp any)"
                                        .repeat(awkward ? 8 : 1)));
    }

    @Override
    public List<RemoteView> remotes() {
        List<UnderlayAddr> at =
                awkward
                        ? Collections.nCopies(9, UnderlayAddr.parse("[" + LONG + "9]:42420"))
                        : List.of(UnderlayAddr.parse("192.0.2.17:4242"));
        return List.of(
                new RemoteView(
                        List.of(Ip.of("10.42.0.2")),
                        at,
                        Map.of(Ip.of(awkward ? LONG + "f" : "10.42.0.9"), at)));
    }

    @Override
    public void query(Ip peer) {
        done.add("query " + peer);
    }

    @Override
    public WhyView why(WhyView.PacketQuestion question) {
        WhyView.RulePlace place =
                new WhyView.RulePlace(
                        "firewall.inbound rule #0",
                        awkward ? "/srv/" + "very-long-folder/".repeat(9) + "c.yml" : "config.yml",
                        12);
        return new WhyView(
                question,
                true,
                "overlay network",
                Ip.of("10.42.0.2"),
                peer(),
                null,
                admits,
                admits ? "passed" : "no matching rule in firewall table",
                admits ? place : null,
                admits
                        ? List.of()
                        : List.of(
                                new WhyView.RuleMiss(
                                        place,
                                        List.of(
                                                awkward
                                                        ? "not in group " + "database ".repeat(20)
                                                        : "port 443 does not include 22"))));
    }

    @Override
    public @Nullable LastPacketView lastPacket(LastPacketView.Pair wanted) {
        done.add("last %d/%d".formatted(wanted.port(), wanted.protocol()));
        WhyView now = why(new WhyView.PacketQuestion(wanted.source(), wanted.destination(), 22, 6));
        return remembers
                ? new LastPacketView(
                        Duration.ofSeconds(9),
                        admits,
                        admits ? "passed" : "no matching rule in firewall table",
                        admits ? "" : "no rule matched; checked 1: config.yml:10 (icmp any)",
                        "50000",
                        now)
                : null;
    }

    @Override
    public int closeTunnels(Ip peer) {
        done.add("close " + peer);
        return peer.equals(Ip.of("10.42.0.2")) ? 1 : 0;
    }

    @Override
    public void probe(Ip peer) {
        done.add("probe " + peer);
        packetsIn += answersProbes ? 1 : 0;
    }

    @Override
    public void rehandshake(Ip peer) {
        done.add("rehandshake " + peer);
    }

    @Override
    public FilterControl filter() {
        return filter == null ? AgentControl.super.filter() : filter;
    }

    @Override
    public void logLevel(String other) {
        level = other;
    }

    @Override
    public ReloadReport reload(ControlPeer by) {
        done.add("reload");
        reloadedBy = by;
        return new ReloadReport(
                NOW,
                reloadApplies,
                reloadApplies ? List.of("firewall.inbound") : List.of(),
                List.of("listen.port"),
                reloadApplies ? List.of() : List.of("config.yml:7:3: firewall: what is that"),
                List.of());
    }
}
