package dev.asterism.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimTunTest {

    private final SimMesh mesh = SimMesh.exactly(9);
    private final SimHost a = mesh.host("a").overlay("10.42.0.1", "fd42::1");
    private final SimHost b = mesh.host("b").overlay("10.42.0.2", "fd42::2");

    @ParameterizedTest
    @ValueSource(strings = {"10.42.0.1,10.42.0.2", "fd42::1,fd42::2"})
    void carriesPacketsWithRightChecksums(String pair) {
        Ip from = Ip.of(pair.split(",")[0]);
        Ip to = Ip.of(pair.split(",")[1]);
        Flow flow = new Flow(from, 1000, to, 2000);
        byte[] odd = new byte[33];

        assertThat(
                        List.of(
                                IpPackets.udp(flow, odd),
                                IpPackets.tcp(flow, IpPackets.TCP_ACK, 5, odd),
                                IpPackets.echoRequest(from, to, 7, odd)))
                .allMatch(packet -> InternetChecksum.holds(packet.toArray()))
                .allMatch(packet -> payloadOf(packet).equals(Bytes.copyOf(odd)));
    }

    @Test
    void agreesWithAKnownIpv4HeaderChecksum() {
        // The example of RFC 1071's arithmetic that is in every textbook: result b861.
        byte[] header = Bytes.ofHex("450000730000400040ff0000c0a80001c0a800c7").toArray();
        header[9] = 0x11;
        byte[] packet = new byte[0x73];
        System.arraycopy(header, 0, packet, 0, 20);

        InternetChecksum.fill(packet);

        assertThat(Bytes.copyOf(packet, 10, 2).hex()).isEqualTo("b861");
    }

    @Test
    void noticesAChangedByteAnywhereInAnIpv4Packet() {
        byte[] packet = IpPackets.udp(flow(), new byte[] {1, 2, 3}).toArray();

        for (int i = 0; i < packet.length; i++) {
            byte[] damaged = packet.clone();
            damaged[i] ^= 0x40;
            assertThat(i == 0 || i == 9 || !InternetChecksum.holds(damaged)).isTrue();
        }
    }

    @Test
    void carriesAPingThereAndBack() {
        a.start(SealedPipe.to(b, SealedPipe.Mistake.NONE));
        b.start(SealedPipe.to(a, SealedPipe.Mistake.NONE)).answeringPings();

        long probe = a.ping(b);

        mesh.runUntil(a.received(probe), Duration.ofSeconds(1));
        assertThat(a.deliveries().getFirst().parsed()).matches(p -> p != null && p.isEchoReply());
    }

    @Test
    void cutsASuperPacketAsTheKernelDoes() {
        byte[] payload = new byte[2_500];
        payload[1_000] = 42;
        int flags = IpPackets.TCP_ACK | IpPackets.TCP_PSH;
        Bytes whole = IpPackets.tcp(flow(), flags, 100, payload);

        List<Bytes> pieces = SuperPacket.split(whole, 1_000, true);

        assertThat(pieces).hasSize(3).allMatch(p -> InternetChecksum.holds(p.toArray()));
        assertThat(pieces.stream().map(p -> payloadOf(p).length()))
                .containsExactly(1000, 1000, 500);
        assertThat(payloadOf(pieces.get(1)).at(0)).isEqualTo((byte) 42);
        assertThat(pieces.stream().map(p -> p.slice(24, 4).hex()))
                .containsExactly("00000064", "0000044c", "00000834");
        assertThat(pieces.stream().map(p -> (int) p.at(33)))
                .containsExactly(IpPackets.TCP_ACK, IpPackets.TCP_ACK, flags);
    }

    @Test
    void spreadsFlowsOverQueuesAndKeepsAFlowOnOne() {
        SimTun first = a.openTun();
        SimTun second = a.openTun();

        for (int port = 1; port <= 64; port++) {
            Flow flow = new Flow(flow().source(), port, flow().destination(), 80);
            a.inject(IpPackets.udp(flow, new byte[0]));
            a.inject(IpPackets.udp(flow, new byte[0]));
        }

        int ofFirst = readAll(first);
        int ofSecond = readAll(second);
        assertThat(ofFirst + ofSecond).isEqualTo(128);
        assertThat(ofFirst).isEven().isBetween(20, 108);
    }

    @Test
    void refusesPacketsBeyondTheQueueLimit() {
        SimTun tun = a.openTun();

        for (int i = 0; i < SimTun.QUEUE_LIMIT + 10; i++) {
            a.inject(IpPackets.udp(flow(), new byte[0]));
        }

        assertThat(readAll(tun)).isEqualTo(SimTun.QUEUE_LIMIT);
    }

    private static int readAll(SimTun tun) {
        PacketBatch batch = tun.newBatch(1024, 1 << 20);
        return tun.read(batch);
    }

    private Flow flow() {
        return new Flow(a.overlay().getFirst(), 1000, b.overlay().getFirst(), 2000);
    }

    private static Bytes payloadOf(Bytes packet) {
        ParsedPacket parsed = ParsedPacket.parse(packet);
        assertThat(parsed).isNotNull();
        return parsed == null ? Bytes.EMPTY : parsed.payload();
    }
}
