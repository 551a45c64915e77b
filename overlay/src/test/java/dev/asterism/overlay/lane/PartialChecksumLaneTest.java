package dev.asterism.overlay.lane;

import static dev.asterism.overlay.lane.LaneRig.A;
import static dev.asterism.overlay.lane.LaneRig.B;
import static dev.asterism.overlay.lane.LaneRig.NOW;
import static dev.asterism.overlay.packet.TestPackets.ACK;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static dev.asterism.overlay.wire.WireExtensions.NONE;
import static dev.asterism.overlay.wire.WireExtensions.PARTIAL_CHECKSUMS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.JcaAead;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.packet.TestPackets;
import dev.asterism.overlay.wire.Header;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules of docs/wire-extensions.md, lane against lane with a real cipher. */
class PartialChecksumLaneTest {

    private static final int SEGMENT = 1000;
    private static final byte[] SUPER_PACKET = ipv4(6, A, B, tcp(1, 2, 3, 4, ACK, 5 * SEGMENT));

    @Test
    void betweenThoseThatAgreedTheChecksumIsLeftToTheReceiversHost() {
        LaneRig rig = rig(SUPER_PACKET, SEGMENT, PARTIAL_CHECKSUMS, PARTIAL_CHECKSUMS);

        send(rig);
        assertThat(marks(rig)).isEqualTo(5);
        rig.inbound.doWork(NOW);

        PacketBatch written = rig.tunOfB.last();
        assertThat(rig.tunOfB.entries).isEqualTo(1);
        assertThat(written.segmentSize(0)).isEqualTo(SEGMENT);
        assertThat(written.checksumPartial(0)).isTrue();
        assertThat(written.length(0)).isEqualTo(SUPER_PACKET.length);
        assertThat(rig.inCounters.count(Direction.INBOUND, PacketOutcome.DELIVERED)).isEqualTo(5);
    }

    @Test
    void withoutAgreementNothingIsMarkedAndEveryChecksumIsFinished() {
        LaneRig rig = rig(ipv4(17, A, B, udp(1, 2, 99)), 0, NONE, NONE);

        send(rig);
        assertThat(marks(rig)).isZero();
        rig.inbound.doWork(NOW);

        PacketBatch written = rig.tunOfB.last();
        assertThat(written.checksumPartial(0)).isFalse();
        byte[] packet = new byte[written.length(0)];
        written.slab().asSlice(written.offset(0), packet.length).asByteBuffer().get(packet);
        assertThat(TestPackets.transportSum(packet, 20, 17)).isEqualTo(0xFFFF);
    }

    @Test
    void aMarkWithoutAgreementIsDropped() {
        LaneRig rig = rig(SUPER_PACKET, SEGMENT, PARTIAL_CHECKSUMS, NONE);

        rig.carry(1);

        assertThat(rig.inCounters.count(Direction.INBOUND, PacketOutcome.INVALID_EXTENSION))
                .isEqualTo(5);
        assertThat(rig.tunOfB.entries).isZero();
    }

    @Test
    void aMarkThatSomebodySetOrTookOnTheWayIsForgery() {
        for (int extensions : new int[] {NONE, PARTIAL_CHECKSUMS}) {
            LaneRig rig = rig(SUPER_PACKET, SEGMENT, extensions, PARTIAL_CHECKSUMS);
            send(rig);
            for (int i = 0; i < rig.wire.sent().count(); i++) {
                int at = rig.wire.sent().offset(i) + 2;
                byte flipped =
                        (byte) (rig.wire.sent().slab().get(ValueLayout.JAVA_BYTE, at) ^ 0x80);
                rig.wire.sent().slab().set(ValueLayout.JAVA_BYTE, at, flipped);
            }

            rig.inbound.doWork(NOW);

            assertThat(rig.inCounters.count(Direction.INBOUND, PacketOutcome.FORGED)).isEqualTo(5);
            assertThat(rig.tunOfB.entries).isZero();
        }
    }

    /** What a peer may claim to be a packet with an unfinished checksum. */
    enum Unsound {
        WRONG_SUM,
        FRAGMENT,
        HEADER_BEYOND_THE_END,
        ANOTHER_PROTOCOL;

        byte[] spoilt(byte[] packet) {
            return switch (this) {
                case WRONG_SUM -> changed(packet, 37, 1);
                case FRAGMENT -> changed(packet, 6, 0x20);
                case HEADER_BEYOND_THE_END -> changed(packet, 32, 0xA0);
                case ANOTHER_PROTOCOL -> changed(packet, 9, 6 ^ 47);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAPeerMarksWronglyIsDropped(Unsound kind) {
        byte[] packet = ipv4(6, A, B, tcp(1, 2, 3, 4, ACK, 20));
        int pseudo = TestPackets.naiveSum(packet, 12, 8, 6 + packet.length - 20);
        packet[36] = (byte) (pseudo >>> 8);
        packet[37] = (byte) pseudo;
        LaneRig good = rig(packet, PARTIAL_CHECKSUMS);
        sendMarkedAsItIs(good, packet);
        assertThat(good.tunOfB.entries).as("the sound one").isEqualTo(1);

        LaneRig rig = rig(packet, PARTIAL_CHECKSUMS);
        sendMarkedAsItIs(rig, kind.spoilt(packet.clone()));

        assertThat(rig.inCounters.count(Direction.INBOUND, PacketOutcome.MALFORMED)).isEqualTo(1);
        assertThat(rig.tunOfB.entries).isZero();
    }

    private static LaneRig rig(byte[] packet, int extensions) {
        return rig(packet, 0, extensions, extensions);
    }

    private static void sendMarkedAsItIs(LaneRig rig, byte[] packet) {
        rig.sendFromA(packet, true);
        rig.inbound.doWork(NOW);
    }

    private static byte[] changed(byte[] packet, int at, int bits) {
        packet[at] ^= (byte) bits;
        return packet;
    }

    private static void send(LaneRig rig) {
        rig.tunOfA.offer(1);
        rig.outbound.doWork(NOW);
    }

    private static int marks(LaneRig rig) {
        int marks = 0;
        for (int i = 0; i < rig.wire.sent().count(); i++) {
            if (Header.isChecksumPartial(rig.wire.sent().slab(), rig.wire.sent().offset(i))) {
                marks++;
            }
        }
        return marks;
    }

    private static LaneRig rig(byte[] packet, int segmentSize, int ofSender, int ofReceiver) {
        return new LaneRig(
                JcaAead.aesGcm(), new MemoryTun(packet, segmentSize, true), ofSender, ofReceiver);
    }
}
