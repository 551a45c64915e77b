package dev.asterism.lighthouse;

import static dev.asterism.lighthouse.testing.SettingsBuilder.node;
import static dev.asterism.lighthouse.testing.TestNode.addresses;
import static dev.asterism.lighthouse.testing.TestNode.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.lighthouse.testing.FakeLink;
import dev.asterism.lighthouse.testing.TestNode;
import dev.asterism.lighthouse.wire.MessageKind;
import dev.asterism.overlay.discovery.PeerMessage;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.wire.MessageType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A lighthouse and its hosts talk to each other; only tunnels are pretended. */
class ConversationTest {

    private final Mesh mesh = new Mesh();

    @Test
    void hostsFindEachOtherThroughTheLighthouse() {
        TestNode b = mesh.add(host("10.42.0.2/16").build()).local("192.0.2.2", "127.0.0.1");
        TestNode c = mesh.add(host("10.42.0.3/16").respond().build()).local("192.0.2.3");
        mesh.add(lighthouse("10.42.0.1/16").build());

        mesh.startAll();
        b.discovery.query(Ip.of("10.42.0.3"), at(2));
        mesh.deliver(at(2));
        c.runUntil(10);

        assertThat(b.candidates("10.42.0.3")).isEqualTo(addresses("192.0.2.3:4242"));
        assertThat(b.link.woken).containsExactly(Ip.of("10.42.0.3"));
        assertThat(c.link.punches)
                .containsExactly(
                        new FakeLink.Punch(UnderlayAddr.of("192.0.2.2:4242"), Bytes.ofHex("00")));
        assertThat(c.link.sent)
                .filteredOn(s -> s.type() == MessageType.TEST)
                .extracting(FakeLink.Sent::to, FakeLink.Sent::nanos)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Ip.of("10.42.0.2"), at(7).nanos()));
    }

    @Test
    void worksOverTheSecondAddressOfDualStackHosts() {
        TestNode b = mesh.add(host("10.42.0.2/16", "fd42::2/64").build()).local("192.0.2.2");
        TestNode c = mesh.add(host("10.42.0.3/16", "fd42::3/64").build()).local("192.0.2.3");
        mesh.add(lighthouse("10.42.0.1/16", "fd42::1/64").build());

        mesh.startAll();
        b.discovery.query(Ip.of("fd42::3"), at(2));
        mesh.deliver(at(2));

        assertThat(b.candidates("fd42::3")).isEqualTo(addresses("192.0.2.3:4242"));
        c.runUntil(2);
        assertThat(c.discovery.nextDeadlineNanos()).isEqualTo(at(3).nanos());
        assertThat(mesh.of("10.42.0.1").link.sent(MessageKind.HOST_PUNCH))
                .extracting(s -> s.message().overlay())
                .as("named by the first network of the target")
                .containsExactly(Ip.of("10.42.0.2"));
    }

    @Test
    void worksWhenTheLighthouseSharesNoNetwork() {
        TestNode b = mesh.add(host("fd77::2/64").build()).local("192.0.2.2");
        mesh.add(host("fd77::3/64").build()).local("192.0.2.3");
        mesh.add(lighthouse("10.42.0.1/16").build());

        mesh.startAll();
        b.discovery.query(Ip.of("fd77::3"), at(2));
        mesh.deliver(at(2));

        assertThat(b.candidates("fd77::3")).isEqualTo(addresses("192.0.2.3:4242"));
    }

    @Test
    void speaksTheOldFormsWithV1Certificates() {
        TestNode b = mesh.add(host("10.42.0.2/16").build()).local("10.99.0.2");
        TestNode c = mesh.add(host("10.42.0.3/16").build()).local("192.0.2.3");
        TestNode a = mesh.add(lighthouse("10.42.0.1/16").build());
        mesh.nodes().forEach(n -> n.link.initiatingVersion(1));

        mesh.startAll();
        b.discovery.query(Ip.of("10.42.0.3"), at(2));
        mesh.deliver(at(2));

        assertThat(b.candidates("10.42.0.3")).isEqualTo(addresses("192.0.2.3:4242"));
        assertThat(payloads(b, MessageKind.HOST_UPDATE))
                .first()
                .isEqualTo("0803120f088280a85112080882808c53109221");
        assertThat(payloads(b, MessageKind.HOST_QUERY)).containsExactly("08011205088380a851");
        assertThat(payloads(a, MessageKind.HOST_UPDATE_ACK))
                .contains("080a1205088280a851", "080a1205088380a851");
        assertThat(a.link.sent(MessageKind.HOST_PUNCH).getFirst().to())
                .isEqualTo(Ip.of("10.42.0.3"));
        c.runUntil(2);
        assertThat(c.discovery.nextDeadlineNanos()).isEqualTo(at(3).nanos());
    }

    @Test
    void ipv4SocketsUseIpv4OnlyWhileTheLighthouseServesBoth() {
        TestNode b =
                mesh.add(host("10.42.0.2/16").ipv4Socket().build())
                        .local("192.0.2.2", "2001:db8::2");
        TestNode c = mesh.add(host("10.42.0.3/16").build()).local("192.0.2.3", "2001:db8::3");
        TestNode a = mesh.add(lighthouse("10.42.0.1/16").ipv4Socket().build());

        mesh.startAll();
        b.discovery.query(Ip.of("10.42.0.3"), at(2));
        mesh.deliver(at(2));
        c.discovery.query(Ip.of("10.42.0.2"), at(2.5));
        mesh.deliver(at(2.5));
        b.runUntil(4);

        assertThat(a.link.sent(MessageKind.HOST_QUERY_REPLY).getFirst().message().addresses())
                .isEqualTo(addresses("192.0.2.3:4242", "[2001:db8::3]:4242"));
        assertThat(b.candidates("10.42.0.3")).isEqualTo(addresses("192.0.2.3:4242"));
        assertThat(b.link.punches)
                .extracting(FakeLink.Punch::to)
                .isEqualTo(addresses("192.0.2.3:4242"));
        assertThat(c.candidates("10.42.0.2"))
                .as("an IPv4 socket is not advertised with IPv6 addresses")
                .isEqualTo(addresses("192.0.2.2:4242"));
    }

    @Test
    void aLearnedAddressComesFirstAndMayBeThereTwice() {
        TestNode b = mesh.add(host("10.42.0.2/16").build()).local("192.0.2.2");
        mesh.add(host("10.42.0.3/16").build()).local("192.0.2.3", "192.0.2.33");
        TestNode a = mesh.add(lighthouse("10.42.0.1/16").build());
        mesh.startAll();
        Ip c = Ip.of("10.42.0.3");
        a.discovery.remotesOf(c).learn(c, UnderlayAddr.of("192.0.2.33:4242"));

        b.discovery.query(c, at(2));
        mesh.deliver(at(2));

        assertThat(a.link.sent(MessageKind.HOST_QUERY_REPLY).getFirst().message().ipv4())
                .isEqualTo(addresses("192.0.2.33:4242", "192.0.2.3:4242", "192.0.2.33:4242"));
    }

    private static List<String> payloads(TestNode node, MessageKind kind) {
        return node.link.sent(kind).stream().map(s -> s.payload().hex()).toList();
    }

    private static dev.asterism.lighthouse.testing.SettingsBuilder host(String... networks) {
        return node(networks)
                .lighthouses("10.42.0.1")
                .staticHost("10.42.0.1", HostAddr.of("198.51.100.1", 4242));
    }

    private static dev.asterism.lighthouse.testing.SettingsBuilder lighthouse(String... networks) {
        return node(networks).amLighthouse();
    }

    /** Everybody has a tunnel to everybody; messages wait until they are delivered. */
    private static final class Mesh {

        private record Letter(TestNode to, PeerMessage content) {}

        private final Map<Ip, TestNode> byOverlay = new LinkedHashMap<>();
        private final Deque<Letter> mail = new ArrayDeque<>();

        TestNode add(DiscoverySettings settings) {
            List<Ip> addresses = settings.ourNetworks().stream().map(Cidr::address).toList();
            TestNode node = new TestNode(settings, new PostingLink(addresses));
            addresses.forEach(address -> byOverlay.put(address, node));
            return node;
        }

        TestNode of(String overlay) {
            return java.util.Objects.requireNonNull(byOverlay.get(Ip.of(overlay)));
        }

        List<TestNode> nodes() {
            return byOverlay.values().stream().distinct().toList();
        }

        void startAll() {
            for (TestNode node : nodes()) {
                byOverlay.forEach(
                        (overlay, peer) -> {
                            node.link.tunnels.add(overlay);
                            node.link.networks.put(
                                    overlay, peer.discovery.settings().ourNetworks());
                        });
            }
            nodes().forEach(n -> n.discovery.start(at(0)));
            deliver(at(0));
            nodes().forEach(n -> n.link.woken.clear());
        }

        void deliver(Tick now) {
            while (!mail.isEmpty()) {
                Letter letter = mail.poll();
                letter.to().discovery.handle(letter.content(), now);
            }
        }

        private final class PostingLink extends FakeLink {

            private final List<Ip> from;

            PostingLink(List<Ip> from) {
                this.from = from;
            }

            @Override
            public void send(Ip peer, MessageType type, int subtype, byte[] payload, Tick now) {
                super.send(peer, type, subtype, payload, now);
                TestNode to = byOverlay.get(peer);
                if (to != null && type == MessageType.LIGHTHOUSE) {
                    mail.add(new Letter(to, new PeerMessage(from, 2, Bytes.copyOf(payload))));
                }
            }
        }
    }
}
