package dev.asterism.overlay.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.JcaAead;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.HandshakeRecord;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable.TunnelRank;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.overlay.wire.WireExtensions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which test requests a lane answers, and which it leaves to the control plane. */
class TestAnswersTest {

    private static final int INDEX_OF_B = 2;

    private final LaneRig rig =
            new LaneRig(
                    JcaAead.aesGcm(),
                    new MemoryTun(new byte[0], 0, false),
                    WireExtensions.NONE,
                    WireExtensions.NONE);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 8})
    void answersWithWhatCameToWhereItCameFrom(int length) {
        request(MessageType.TEST_REQUEST, length);

        assertThat(rig.commandsOfB.isEmpty()).isTrue();
        DatagramBatch sent = rig.wire.sent();
        assertThat(sent.count()).isEqualTo(1);
        assertThat(Header.typeNumber(sent.slab(), sent.offset(0)))
                .isEqualTo(MessageType.TEST.number());
        assertThat(Header.subtype(sent.slab(), sent.offset(0))).isEqualTo(MessageType.TEST_REPLY);
        assertThat(Header.remoteIndex(sent.slab(), sent.offset(0))).isEqualTo(1);
        assertThat(sent.length(0)).isEqualTo(InboundLane.MIN_SEALED_BYTES + length);
        assertThat(sent.address(0)).isEqualTo(UnderlayAddr.of("192.0.2.1:4242"));
        assertThat(rig.inCounters.testsAnswered()).isEqualTo(1);
        assertThat(rig.inCounters.count(Direction.INBOUND, PacketOutcome.CONTROL_MESSAGE))
                .isEqualTo(1);
        assertThat(rig.inCounters.count(Direction.OUTBOUND, PacketOutcome.CONTROL_MESSAGE))
                .isEqualTo(1);
    }

    @Test
    void anAnswerIsNoRequest() {
        request(MessageType.TEST_REPLY, 0);

        assertThatTheControlPlaneHasIt();
    }

    @Test
    void aLongOneAsksForAPacketSize() {
        request(MessageType.TEST_REQUEST, 9);

        assertThatTheControlPlaneHasIt();
    }

    /** The answer goes to the new address, which the control plane has to accept first. */
    @Test
    void aPeerThatMovesIsAnsweredByTheControlPlane() {
        tunnelOfB().path(Path.to(UnderlayAddr.of("192.0.2.1:4243")));
        request(MessageType.TEST_REQUEST, 0);

        assertThatTheControlPlaneHasIt();
    }

    @Test
    void aPeerWithoutAPathIsAnsweredByTheControlPlane() {
        tunnelOfB().path(null);
        request(MessageType.TEST_REQUEST, 0);

        assertThatTheControlPlaneHasIt();
    }

    /** The source of message 1, where answers would go, may be forged. */
    @Test
    void aPeerThatHasNotProvenItselfIsAnsweredByTheControlPlane() {
        Tunnel made = tunnelOfB();
        Tunnel unconfirmed =
                new Tunnel(
                        made.session(),
                        made.peer(),
                        new HandshakeRecord(
                                false,
                                Bytes.EMPTY,
                                Bytes.EMPTY,
                                1,
                                made.origin().ourCertificate(),
                                WireExtensions.NONE,
                                true),
                        made.remotes(),
                        made.path());
        rig.tunnelsOfB.remove(made);
        rig.tunnelsOfB.add(unconfirmed, TunnelRank.PRIMARY);
        request(MessageType.TEST_REQUEST, 0);

        assertThatTheControlPlaneHasIt();
    }

    private Tunnel tunnelOfB() {
        return Objects.requireNonNull(rig.tunnelsOfB.byIndex(INDEX_OF_B));
    }

    private void request(int subtype, int length) {
        rig.sendFromA(MessageType.TEST, subtype, length);
        rig.inbound.doWork(LaneRig.NOW);
    }

    private void assertThatTheControlPlaneHasIt() {
        assertThat(rig.commandsOfB.pollMember()).isInstanceOf(ControlCommand.PeerSent.class);
        assertThat(rig.wire.sent().isEmpty()).isTrue();
        assertThat(rig.inCounters.testsAnswered()).isZero();
    }
}
