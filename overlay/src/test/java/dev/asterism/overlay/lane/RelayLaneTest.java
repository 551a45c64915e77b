package dev.asterism.overlay.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.aead.JcaAead;
import dev.asterism.overlay.aead.NullAead;
import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.relay.RelayEntry;
import dev.asterism.overlay.relay.RelayState;
import dev.asterism.overlay.wire.Header;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Relay packets on the lanes. */
class RelayLaneTest {

    private static final UnderlayAddr RELAY = UnderlayAddr.of("192.0.2.2:4242");

    /** The outer frame of vectors/deterministic/handshakes.json: counter 9, empty plaintext. */
    static Stream<Arguments> frames() {
        return Stream.of(
                Arguments.of(
                        JcaAead.aesGcm(),
                        "6f3c99ebf099de7081051bf88ba25cc6f6840c13e74b23f26e0518c3ea642b06",
                        "1100000099999999000000000000002accdfe405cef76971e7072024834ba5de44218793baacd98ba48ed71e",
                        "812ad672c850c6fe6804d677dc16f530"),
                Arguments.of(
                        JcaAead.chaChaPoly(),
                        "dba25ec7148ffbef1e05006427a779bdeeb400c080ad704093394ba967b00721",
                        "1100000099999999000000000000002aefa60f99fedf4196e8cf7a8ba4b0d81df4060edef5c3ee107590763b",
                        "a540d92330b55d3dd03af417e5549a4b"));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void wrapsBytesAsNebulaDoes(AeadProvider ciphers, String key, String inner, String tag) {
        MemoryWire wire = new MemoryWire(RELAY);
        PacketSender sender =
                new PacketSender(wire, ciphers.context(), 8, 4096, new LaneCounters());

        boolean sent =
                sender.relay(
                        new FixedLeg(ciphers.key(HexFormat.of().parseHex(key))),
                        HexFormat.of().parseHex(inner));
        sender.flush();

        assertThat(sent).isTrue();
        DatagramBatch batch = wire.sent();
        byte[] frame = new byte[batch.length(0)];
        MemorySegment.copy(
                batch.slab(), ValueLayout.JAVA_BYTE, batch.offset(0), frame, 0, frame.length);
        assertThat(HexFormat.of().formatHex(frame))
                .isEqualTo("11010000222222220000000000000009" + inner + tag);
        assertThat(batch.address(0)).isEqualTo(RELAY);
    }

    /** The leg of the vectors. */
    private record FixedLeg(AeadKey sendKey) implements RelayLeg {

        @Override
        public Ip relay() {
            return RelayTriangle.R;
        }

        @Override
        public List<Ip> relayAddresses() {
            return List.of(relay());
        }

        @Override
        public String relayName() {
            return "relay";
        }

        @Override
        public Ip peer() {
            return RelayTriangle.Y;
        }

        @Override
        public boolean isUsable() {
            return true;
        }

        @Override
        public int remoteIndex() {
            return 0x22222222;
        }

        @Override
        public @Nullable UnderlayAddr remote() {
            return RELAY;
        }

        @Override
        public long nextCounter() {
            return 9;
        }

        @Override
        public void countOut(int bytes) {}
    }

    @Test
    void bothLegsOfARelayLeadToEachOther() {
        RelayTriangle world = new RelayTriangle(new NullAead());

        RelayEntry fromX = world.relay.relays.entries(world.relay.to(world.x)).iterator().next();
        RelayEntry fromY = world.relay.relays.entries(world.relay.to(world.y)).iterator().next();

        assertThat(fromX.onward()).isSameAs(fromY);
        assertThat(fromY.onward()).isSameAs(fromX);
        assertThat(fromX.state()).isEqualTo(RelayState.ESTABLISHED);
    }

    /** Short and long entries in turn: the ones are copied, the others go from where they were received. */
    @Test
    void forwardsEverythingInOrderAndUnchanged() {
        RelayRig rig = rig(JcaAead.aesGcm());
        for (int size : new int[] {1240, 1240, 40, 1240, 1240, 1240, 60, 60, 1240}) {
            for (int i = 0; i < 25; i++) {
                rig.sendPacket(size);
            }
            rig.sendPacket(size / 2);
        }
        rig.senderOfX.flush();
        List<byte[]> sent = RelayRig.datagrams(rig.toRelay);

        rig.relay();

        List<byte[]> forwarded = RelayRig.datagrams(rig.toY);
        assertThat(forwarded.stream().map(RelayLaneTest::carried))
                .containsExactlyElementsOf(sent.stream().map(RelayLaneTest::carried).toList());
        assertThat(rig.atRelay(PacketOutcome.FORWARDED)).isEqualTo(9 * 26);
        rig.receive();
        assertThat(rig.atY(PacketOutcome.MALFORMED)).as("opened by both keys").isEqualTo(9 * 26);
    }

    /** What a relay packet carries, as text that can be compared. */
    private static String carried(byte[] frame) {
        int header = Header.LENGTH;
        return HexFormat.of().formatHex(frame, header, frame.length - AeadProvider.TAG_BYTES);
    }

    /** What a relay carries for another host is no punch of its own. */
    @Test
    void takesAByteThatARelayBringsForNoPunch() {
        RelayRig rig = rig(JcaAead.aesGcm());
        Path.Relayed path = (Path.Relayed) rig.world.x.to(rig.world.y).path();

        rig.senderOfX.relay(Objects.requireNonNull(path).leg(), new byte[] {1});
        rig.relay();
        rig.receive();

        assertThat(rig.atRelay(PacketOutcome.FORWARDED)).isEqualTo(1);
        assertThat(rig.atY(PacketOutcome.INVALID_HEADER)).isEqualTo(1);
        assertThat(rig.atY(PacketOutcome.PUNCH)).isZero();
    }

    static Stream<Integer> sizes() {
        return Stream.of(40, 1240); // of short entries and long ones
    }

    /** R08 for batches. */
    @ParameterizedTest
    @MethodSource("sizes")
    void forwardsNothingOfABatchThatCameBefore(int size) {
        RelayRig rig = rig(new NullAead());
        List<byte[]> batch = batch(rig, size, 60);
        rig.relay();
        rig.toY.sent().clear();

        RelayRig.put(rig.toRelay, batch);
        rig.relay();

        assertThat(rig.atRelay(PacketOutcome.FORWARDED)).isEqualTo(60);
        assertThat(rig.atRelay(PacketOutcome.RELAY_REPLAYED)).isEqualTo(60);
        assertThat(rig.toY.sent().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void dropsOnlyWhatCameBeforeOrIsForgedOutOfABatch(int size) {
        RelayRig rig = rig(new NullAead());
        List<byte[]> batch = batch(rig, size, 60);
        List<byte[]> early = List.of(batch.get(7), batch.get(8), batch.get(50));
        rig.toRelay.sent().clear();
        RelayRig.put(rig.toRelay, early);
        rig.relay();
        rig.toY.sent().clear();
        batch.set(20, batch.get(20).clone());
        batch.get(20)[batch.get(20).length - 1] ^= 1;

        RelayRig.put(rig.toRelay, batch);
        rig.relay();

        List<byte[]> fresh = new ArrayList<>(batch);
        fresh.remove(batch.get(20));
        fresh.removeAll(early);
        assertThat(RelayRig.datagrams(rig.toY).stream().map(RelayLaneTest::carried))
                .containsExactlyElementsOf(fresh.stream().map(RelayLaneTest::carried).toList());
        assertThat(rig.atRelay(PacketOutcome.RELAY_REPLAYED)).isEqualTo(3);
        assertThat(rig.atRelay(PacketOutcome.FORGED)).isEqualTo(1);
    }

    /** The leg may be taken away while packets come. */
    @ParameterizedTest
    @MethodSource("sizes")
    void forwardsNothingWithoutALegToGoOn(int size) {
        RelayRig rig = rig(new NullAead());
        batch(rig, size, 60);
        rig.world.relay.close(rig.world.y);

        rig.relay();

        assertThat(rig.atRelay(PacketOutcome.RELAY_NO_LEG)).isEqualTo(60);
        assertThat(rig.toY.sent().isEmpty()).isTrue();
    }

    /** A leg's index means nothing once its tunnel is gone. */
    @Test
    void takesNothingForAnIndexThatIsGone() {
        RelayRig rig = rig(new NullAead());
        batch(rig, 1240, 60);
        rig.world.relay.close(rig.world.x);

        rig.relay();

        assertThat(rig.atRelay(PacketOutcome.RELAY_UNKNOWN)).isEqualTo(60);
        assertThat(rig.world.relay.relays.size()).as("the leg to Y is left").isEqualTo(1);
        rig.world.relay.close(rig.world.y);
        assertThat(rig.world.relay.relays.size()).isZero();
    }

    /** Each tunnel is written to once for an entry, as lanes that send read it. */
    @Test
    void countsForBothTunnelsWhatComesToAnEnd() {
        RelayRig rig = rig(new NullAead());
        batch(rig, 1240, 60);
        rig.relay();
        rig.receive();

        assertThat(rig.world.y.to(rig.world.relay).traffic().packetsIn()).isEqualTo(60);
        assertThat(rig.world.y.to(rig.world.x).traffic().packetsIn()).isEqualTo(60);
        assertThat(rig.world.y.to(rig.world.x).traffic().bytesIn()).isEqualTo(60 * 1240);
        assertThat(rig.world.relay.to(rig.world.y).traffic().packetsOut()).isEqualTo(60);
    }

    private static RelayRig rig(AeadProvider ciphers) {
        return new RelayRig(ciphers, new MemoryTun(new byte[0], 0, false));
    }

    /** That many datagrams of one size, on the wire to the relay; a copy of them. */
    private static List<byte[]> batch(RelayRig rig, int size, int datagrams) {
        for (int i = 0; i < datagrams; i++) {
            rig.sendPacket(size);
        }
        rig.senderOfX.flush();
        return RelayRig.datagrams(rig.toRelay);
    }
}
