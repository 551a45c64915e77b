package dev.asterism.overlay.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.IssuerSet;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.config.OverlayConfig.RecvErrorGate;
import dev.asterism.overlay.handshake.HandshakePayload;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.packet.AllocationProbe;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.path.RemoteFilter;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What strangers send is dropped before anything is made of it. */
class UnauthenticatedGateTest {

    private static final long NOW = 5_000_000_000L;
    private static final int AWAITED = 7;
    private static final UnderlayAddr FROM = UnderlayAddr.of("198.51.100.7:4242");
    private static final TestPki OURS = TestPki.seeded(1);
    private static final IssuerSet ISSUERS = OURS.pool().issuers();
    private static final RemoteFilter DENIES =
            new RemoteFilter() {
                @Override
                public boolean allows(List<Ip> overlay, UnderlayAddr remote) {
                    return false;
                }

                @Override
                public boolean allowsFrom(long hi, long lo) {
                    return false;
                }
            };

    private final TunnelTable tunnels = new TunnelTable();
    private int wakes;
    private long nowNanos = NOW;
    private final CommandQueue commands = new CommandQueue(() -> wakes++);
    private final UnauthenticatedGate gate = new UnauthenticatedGate(tunnels, commands);
    private final MemorySegment slab = MemorySegment.ofArray(new byte[1 << 14]);
    private final DatagramBatch batch = new DatagramBatch(slab, 1);
    private final Datagram datagram = new Datagram(batch);

    @ParameterizedTest
    @CsvSource({"1, 1, 200", "1, 0, 79", "1, 0, 4097", "2, 7, 111", "2, 7, 9002", "3, 7, 200"})
    void nothingIsMadeOfWhatCannotBeAHandshakeMessage(long counter, int index, int length) {
        tunnels.awaited().add(AWAITED);
        header(MessageType.HANDSHAKE, index, counter);

        AllocationProbe.assertAllocatesNothing(_ -> handshake(RemoteFilter.ALLOW_ALL, length));

        assertThat(commands.isEmpty()).isTrue();
        assertThat(handshake(RemoteFilter.ALLOW_ALL, length))
                .isEqualTo(PacketOutcome.INVALID_HANDSHAKE);
    }

    @Test
    void nothingIsMadeOfAnAnswerThatNobodyWaitsFor() {
        header(MessageType.HANDSHAKE, AWAITED, 2);

        AllocationProbe.assertAllocatesNothing(_ -> handshake(RemoteFilter.ALLOW_ALL, 300));

        assertThat(commands.isEmpty()).isTrue();
        assertThat(handshake(RemoteFilter.ALLOW_ALL, 300)).isEqualTo(PacketOutcome.UNKNOWN_INDEX);
    }

    @Test
    void nothingIsMadeOfWhatTheAllowListDenies() {
        header(MessageType.HANDSHAKE, 0, 1);

        AllocationProbe.assertAllocatesNothing(_ -> handshake(DENIES, 300));

        assertThat(commands.isEmpty()).isTrue();
        assertThat(handshake(DENIES, 300)).isEqualTo(PacketOutcome.DENIED_SOURCE);
    }

    @Test
    void nothingIsMadeOfWhatTheQueueHasNoRoomFor() {
        int length = message1(OURS);
        for (int i = 0; i < 10_000; i++) {
            handshake(RemoteFilter.ALLOW_ALL, length);
        }

        AllocationProbe.assertAllocatesNothing(_ -> handshake(RemoteFilter.ALLOW_ALL, length));

        assertThat(commands.refused()).isPositive();
    }

    @Test
    void nothingIsMadeOfAStrangersMessage1WhileAllBudgetsAreSpent() {
        int length = message1(OURS);
        tunnels.strangers().shutUntil(nowNanos + 1);

        AllocationProbe.assertAllocatesNothing(_ -> handshake(RemoteFilter.ALLOW_ALL, length));

        assertThat(commands.isEmpty()).isTrue();
        assertThat(handshake(RemoteFilter.ALLOW_ALL, length)).isEqualTo(PacketOutcome.RATE_LIMITED);
        nowNanos++;
        assertThat(handshake(RemoteFilter.ALLOW_ALL, length)).isEqualTo(PacketOutcome.HANDSHAKE);
    }

    @Test
    void whoeverIsKnownPassesMeanwhileAndSoDoAnswers() {
        tunnels.strangers().shutUntil(nowNanos + 1);
        int length = message1(OURS);
        Bytes key = Bytes.copyOf(slab, Header.LENGTH + 32L, 32);
        tunnels.strangers().acquaint(key);
        assertThat(handshake(RemoteFilter.ALLOW_ALL, length)).isEqualTo(PacketOutcome.HANDSHAKE);
        tunnels.strangers().forget(key);
        assertThat(handshake(RemoteFilter.ALLOW_ALL, length)).isEqualTo(PacketOutcome.RATE_LIMITED);

        tunnels.awaited().add(AWAITED);
        header(MessageType.HANDSHAKE, AWAITED, 2);
        assertThat(handshake(RemoteFilter.ALLOW_ALL, 300)).isEqualTo(PacketOutcome.HANDSHAKE);
    }

    /** With the keys of the other curve, of which there is not room for two. */
    @Test
    void aMessage1ThatIsTooShortForItsKeysGoesToTheControlPlaneToBeJudged() {
        tunnels.strangers().shutUntil(nowNanos + 1);
        header(MessageType.HANDSHAKE, 0, 1);

        assertThat(handshake(RemoteFilter.ALLOW_ALL, Header.LENGTH + 64))
                .isEqualTo(PacketOutcome.HANDSHAKE);
    }

    @Test
    void letsFewPassWhoseIssuerIsNoCaOfOursAndSaysHowManyItDropped() {
        int length = message1(TestPki.seeded(2));
        int passed = 0;
        for (int i = 0; i < 2_000; i++) {
            passed += handshake(RemoteFilter.ALLOW_ALL, length) == PacketOutcome.HANDSHAKE ? 1 : 0;
        }
        assertThat(passed).isEqualTo(64);
        AllocationProbe.assertAllocatesNothing(_ -> handshake(RemoteFilter.ALLOW_ALL, length));
        assertThat(handshake(RemoteFilter.ALLOW_ALL, length))
                .isEqualTo(PacketOutcome.UNTRUSTED_ISSUER);

        assertThat(handshake(RemoteFilter.ALLOW_ALL, message1(OURS)))
                .as("members are not held up")
                .isEqualTo(PacketOutcome.HANDSHAKE);

        int trusted = message1(OURS);
        handshake(RemoteFilter.ALLOW_ALL, trusted);
        assertThat(untrustedInQueue()).as("nobody else is named for them").isZero();

        nowNanos += 1_000_000_000L;
        assertThat(handshake(RemoteFilter.ALLOW_ALL, message1(TestPki.seeded(2))))
                .isEqualTo(PacketOutcome.HANDSHAKE);
        assertThat(untrustedInQueue()).isGreaterThanOrEqualTo(2_000 - 64);
    }

    private int untrustedInQueue() {
        int dropped = 0;
        for (ControlCommand command = commands.pollUnauthenticated();
                command != null;
                command = commands.pollUnauthenticated()) {
            dropped += ((ControlCommand.HandshakeArrived) command).untrusted();
        }
        return dropped;
    }

    @Test
    void nothingIsMadeOfARecvErrorForAnIndexThatNoPeerHas() {
        header(MessageType.RECV_ERROR, 99, 0);

        AllocationProbe.assertAllocatesNothing(_ -> gate.recvError(datagram(16), NOW));

        assertThat(commands.isEmpty()).isTrue();
    }

    @Test
    void anExpectedAnswerDoesNotQueueBehindUnauthenticatedCommands() {
        tunnels.awaited().add(AWAITED);
        int length = message1(OURS);
        for (int i = 0; i < 10_000; i++) {
            handshake(RemoteFilter.ALLOW_ALL, length);
        }
        header(MessageType.HANDSHAKE, AWAITED, 2);
        handshake(RemoteFilter.ALLOW_ALL, 300);

        assertThat(commands.pollAnswer()).isNotNull();
        assertThat(commands.pollUnauthenticated()).isNotNull();
    }

    @Test
    void wakesTheControlPlaneOnceForABatchAndNotForWhatWasDropped() {
        header(MessageType.HANDSHAKE, AWAITED, 2);
        handshake(RemoteFilter.ALLOW_ALL, 300);
        gate.wakeControl();
        assertThat(wakes).isZero();

        int length = message1(OURS);
        for (int i = 0; i < 32; i++) {
            handshake(RemoteFilter.ALLOW_ALL, length);
        }
        gate.wakeControl();
        gate.wakeControl();
        assertThat(wakes).isEqualTo(1);
    }

    /** A peer that keeps sending to a session that is gone leaves the others behind its address their recv_errors. */
    @Test
    void recvErrorsForOneDeadIndexDoNotUseUpThoseOfAnother() {
        int dead = 0;
        for (int i = 0; i < 1_000; i++) {
            dead += mayBeTold(1) ? 1 : 0;
        }
        assertThat(dead).isBetween(1, 10);
        assertThat(mayBeTold(2)).isTrue();

        int others = 0;
        for (int index = 3; index < 5_000; index++) {
            others += mayBeTold(index) ? 1 : 0;
        }
        assertThat(others).as("to one source").isBetween(50, 100);
    }

    /** A hundred peers that keep a NAT's mapping alive send 20 punches a second, none of which is of use. */
    @Test
    void punchesOfOthersDoNotUseUpTheOneThatMatters() {
        tunnels.seek(1);
        int passed = 0;
        for (int i = 0; i < 1_000; i++) {
            gate.punch(datagram(1), NOW);
        }
        while (commands.pollUnauthenticated() != null) {
            passed++;
        }

        assertThat(passed).isBetween(100, 200);
    }

    private boolean mayBeTold(int index) {
        return gate.mayBeTold(RecvErrorGate.ALWAYS, index, datagram(16), NOW);
    }

    /** Length of a message 1 with a certificate of that authority, which stands in the slab then. */
    private int message1(TestPki authority) {
        byte[] payload =
                new HandshakePayload(
                                authority.host("a", "10.42.0.9/16").certificate().handshakeForm(),
                                77,
                                0,
                                1,
                                1)
                        .encode();
        header(MessageType.HANDSHAKE, 0, 1);
        MemorySegment.copy(
                payload, 0, slab, ValueLayout.JAVA_BYTE, Header.LENGTH + 64, payload.length);
        return Header.LENGTH + 64 + payload.length;
    }

    private void header(MessageType type, int index, long counter) {
        Header.write(slab, 0, type, 0, index, counter);
    }

    private PacketOutcome handshake(RemoteFilter policy, int length) {
        return gate.handshake(policy, ISSUERS, 32, datagram(length), nowNanos);
    }

    private Datagram datagram(int length) {
        batch.set(0, 0, length, 0, FROM.ip().hi(), FROM.ip().lo(), FROM.port());
        datagram.enter(batch, 0);
        datagram.next();
        return datagram;
    }
}
