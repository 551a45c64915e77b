package dev.asterism.overlay.lane;

import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.overlay.aead.JcaAead;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.overlay.wire.WireExtensions;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any datagram on the whole way in: what no peer has sealed reaches neither the host nor the control plane's members'
 * queue.
 */
class DatagramFuzzTest {

    static Stream<FuzzTarget> targets() {
        return Stream.of(datagram());
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static FuzzTarget datagram() {
        LaneRig rig =
                new LaneRig(
                        JcaAead.aesGcm(),
                        new MemoryTun(ipv4(17, LaneRig.A, LaneRig.B, udp(1, 2, 64)), 0, false),
                        WireExtensions.PARTIAL_CHECKSUMS,
                        WireExtensions.PARTIAL_CHECKSUMS);
        FuzzTarget target =
                FuzzTarget.of("datagram", input -> check(rig, input))
                        .seed(header(MessageType.HANDSHAKE, 0, 0, 1, 300))
                        .seed(header(MessageType.RECV_ERROR, 0, 2, 0, 0))
                        .seed(header(MessageType.LIGHTHOUSE, 0, 2, 5, 40))
                        .seed(header(MessageType.MESSAGE, MessageType.MESSAGE_RELAY, 2, 5, 40));
        // Genuine ones, which have been received once.
        rig.tunOfA.offer(3);
        rig.outbound.doWork(LaneRig.NOW);
        DatagramBatch sealed = rig.wire.sent();
        for (int i = 0; i < sealed.count(); i++) {
            target.seed(Bytes.copyOf(sealed.slab(), sealed.offset(i), sealed.length(i)).toArray());
        }
        rig.inbound.doWork(LaneRig.NOW);
        assertThat(rig.tunOfB.entries).isPositive();
        rig.commandsOfB.poll();
        return target;
    }

    private static byte[] header(
            MessageType type, int subtype, int index, long counter, int payload) {
        byte[] bytes = new byte[Header.LENGTH + payload];
        Header.write(MemorySegment.ofArray(bytes), 0, type, subtype, index, counter);
        return bytes;
    }

    private static String check(LaneRig rig, byte[] input) {
        int entries = rig.tunOfB.entries;
        rig.wire.sent().clear();
        DatagramBatch batch = rig.wire.newBatch(1, Math.max(1, input.length));
        int at = batch.reserve(input.length);
        MemorySegment.copy(MemorySegment.ofArray(input), 0, batch.slab(), at, input.length);
        batch.append(input.length, 0, 0, 0, 0);
        rig.wire.send(batch);

        rig.inbound.doWork(LaneRig.NOW);

        assertThat(rig.tunOfB.entries).as("nothing for the host").isEqualTo(entries);
        assertThat(rig.commandsOfB.pollMember()).as("nothing of a member").isNull();
        assertThat(rig.commandsOfB.poll()).as("nothing of a lane").isNull();
        boolean answered = rig.wire.sent().count() > 0;
        boolean unauthenticated = rig.commandsOfB.pollUnauthenticated() != null;
        rig.wire.sent().clear();
        return "answered " + answered + " stranger's command " + unauthenticated;
    }
}
