package dev.asterism.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.UnderlayAddr;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FlowRecorderTest {

    /** Handshake message 1: version 1, type 0, index 0, counter 1. */
    private static final String MESSAGE_1 = "1000000000000000" + "0000000000000001";

    private final SimMesh mesh = SimMesh.exactly(4);
    private final SimHost a = mesh.host("a");
    private final SimHost b = mesh.host("b").start(EchoNode.factory());

    @Test
    void drawsArrivalsLossesAndNotes() {
        send(b.endpoint());
        send(new UnderlayAddr(b.underlay().getFirst(), 9));
        mesh.recorder().note(b, "asks; then answers #1");

        assertThat(mesh.recorder().mermaid())
                .startsWith("sequenceDiagram\n")
                .contains("    participant p_attacker as attacker\n")
                .contains("p_attacker->>p_b: 0.010000 HANDSHAKE/0 c=1 i=00000000 16B\n")
                .contains("p_attacker--xp_b: 1.010000 HANDSHAKE/0 c=1 i=00000000 16B: port closed")
                .contains("Note over p_b: 2.000000 asks, then answers #35;1\n");
    }

    @Test
    void capturesDatagramsAsIpPackets() {
        send(b.endpoint());

        byte[] capture = mesh.recorder().pcap();

        ByteBuffer file = ByteBuffer.wrap(capture);
        assertThat(file.getInt(0)).isEqualTo(0xA1B23C4D);
        assertThat(file.getInt(20)).isEqualTo(101);
        assertThat((long) file.getInt(24)).isEqualTo(SimClock.EPOCH.getEpochSecond());
        assertThat(file.getInt(32)).isEqualTo(capture.length - 40);
        Bytes packet = Bytes.copyOf(Arrays.copyOfRange(capture, 40, capture.length));
        assertThat(ParsedPacket.parse(packet))
                .matches(p -> p != null && p.payload().hex().equals(MESSAGE_1));
        assertThat(InternetChecksum.holds(packet.toArray())).isTrue();
    }

    @Test
    void hashesEverythingIncludingContents() {
        String before = mesh.traceHash();

        send(b.endpoint());

        assertThat(mesh.traceHash()).hasSize(64).isNotEqualTo(before).isEqualTo(mesh.traceHash());
    }

    private void send(UnderlayAddr to) {
        UnderlayAddr from = new UnderlayAddr(a.underlay().getFirst(), 7);
        mesh.network().inject(from, to, Bytes.ofHex(MESSAGE_1));
        mesh.runFor(Duration.ofSeconds(1));
    }
}
