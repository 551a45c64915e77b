package dev.asterism.overlay.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.StrangerDoor;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Floods against the gates alone, in virtual time: who gets through, and how much work all together may cause. */
class HandshakeRateLimiterTest {

    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;
    private static final int PREFIXES = 1_000;
    private static final Bytes MEMBER = Bytes.owning(new byte[32]);
    private static final UnderlayAddr GENUINE = UnderlayAddr.of("198.51.100.9:4242");

    /** When Nebula sends message 1, in milliseconds (spec wire.md 5.2). */
    private static final int[] TRIES = {0, 190, 490, 890, 1390, 1990, 2790, 3590, 4390};

    private final StrangerDoor door = new StrangerDoor();
    private final KnownPrefixes known = new KnownPrefixes(door);
    private final HandshakeRateLimiter budget = new HandshakeRateLimiter(known, door);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aNewMemberGetsItsSignatureCheckedWhileForgedCertificatesComeIn(long seed) {
        Random dice = new Random(seed);
        long start = dice.nextInt(10_000);
        int at = -1;
        for (long ms = 0; ms < start + 5_000 && at < 0; ms++) {
            long now = ms * MS;
            for (int i = 0; i < 2; i++) {
                Bytes claimed = Bytes.owning(new byte[] {(byte) dice.nextInt(), 1});
                budget.allowsSignatureCheck(claimed, Path.to(forged(dice)), now);
            }
            for (int attempt : TRIES) {
                if (ms == start + attempt
                        && budget.allowsSignatureCheck(MEMBER, Path.to(GENUINE), now)) {
                    at = attempt;
                }
            }
        }
        assertThat(at).as("seed %d: the try that got in", seed).isBetween(0, 4_999);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void allTogetherCauseABoundedAmountOfWork(long seed) {
        Random dice = new Random(seed);
        int sessions = 0;
        int signatures = 0;
        for (long ms = 0; ms < 30_000; ms++) {
            UnderlayAddr anywhere = new UnderlayAddr(Ip.ofIpv4(dice.nextInt()), 1);
            for (int i = 0; i < 10; i++) {
                Bytes key = Bytes.owning(new byte[] {(byte) dice.nextInt(), 2});
                sessions += budget.allowsSession(key, Path.to(anywhere), ms * MS) ? 1 : 0;
                signatures += budget.allowsSignatureCheck(key, Path.to(anywhere), ms * MS) ? 1 : 0;
            }
        }
        assertThat(sessions / 30).isBetween(250, 600);
        assertThat(signatures / 30).isBetween(250, 550);
    }

    /** Hosts that come back and prove themselves a tenth of a second later, and again hosts that never do. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sessionsThatAreConfirmedAddBudget(boolean genuine) {
        ArrayDeque<Came> unconfirmed = new ArrayDeque<>();
        int sessions = 0;
        int next = 0;
        for (long ms = 0; ms < 20_000; ms++) {
            long now = ms * MS;
            while (!unconfirmed.isEmpty() && unconfirmed.peek().ms() <= ms - 100) {
                budget.confirmed(unconfirmed.poll().key(), now);
            }
            for (int i = 0; i < 4; i++) {
                Bytes key = Bytes.owning(ByteBuffer.allocate(32).putInt(next).array());
                Path from = Path.to(new UnderlayAddr(Ip.ofIpv4(0x0A000000 + (next << 8)), 4242));
                boolean in =
                        budget.allowsSignatureCheck(key, from, now)
                                && budget.allowsSession(key, from, now);
                next++;
                sessions += in ? 1 : 0;
                if (in && genuine) {
                    unconfirmed.add(new Came(key, ms));
                }
            }
        }
        // By the two doors 250 and 250 a second, and 500 for those confirmed; bursts besides.
        assertThat(sessions / 20).isBetween(genuine ? 950 : 450, genuine ? 1_150 : 600);
    }

    private record Came(Bytes key, long ms) {}

    /** From a place of its own each time, so that no budget by prefix stands in its way. */
    @Test
    void oneMemberGivesBackOnceInTenSecondsWhateverItMakes() {
        int signatures = 0;
        for (long ms = 0; ms < 20_000; ms++) {
            for (int i = 0; i < 2; i++) {
                Path from = Path.to(new UnderlayAddr(Ip.ofIpv4((int) (ms * 2 + i) << 8), 4242));
                signatures += budget.allowsSignatureCheck(MEMBER, from, ms * MS) ? 1 : 0;
                budget.confirmed(MEMBER, ms * MS);
            }
        }
        assertThat(signatures / 20).isBetween(450, 550);
    }

    @Test
    void theDoorOpensForTheNextOneWhenASessionIsConfirmed() {
        Random dice = new Random(1);
        long now = SECOND;
        for (int i = 0; i < 2_000; i++) {
            budget.allowsSignatureCheck(
                    randomKey(dice), Path.to(new UnderlayAddr(Ip.ofIpv4(dice.nextInt()), 1)), now);
        }
        Path from = Path.to(GENUINE);
        Bytes member = randomKey(dice);
        assertThat(budget.hasSignatureCheck(member, from, now)).isFalse();
        assertThat(door.isShutTo(member.asSegment(), member.length(), now)).isTrue();

        budget.confirmed(randomKey(dice), now);

        assertThat(door.isShutTo(member.asSegment(), member.length(), now)).isFalse();
        assertThat(budget.allowsSignatureCheck(member, from, now)).isTrue();
        assertThat(budget.allowsSignatureCheck(randomKey(dice), from, now)).isFalse();
    }

    /** Every door shut and open, by the prefix and by all together. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void tellsBeforehandWhetherASignatureCheckIsLeft(long seed) {
        Random dice = new Random(seed);
        for (int i = 0; i < 40; i++) {
            known.add(Bytes.owning(new byte[] {(byte) i, 3}), SourcePrefix.of(forged(dice).ip()));
        }
        int allowed = 0;
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            KnownPrefixes.Entry honest = known.entries().get(dice.nextInt(40));
            boolean forged = dice.nextInt(4) > 0;
            Bytes key =
                    forged
                            ? Bytes.owning(new byte[] {(byte) dice.nextInt(), 1})
                            : honest.staticKey();
            Path from = Path.to(forged ? forged(dice) : new UnderlayAddr(honest.prefix(), 4242));
            long now = i * MS / 2;
            String step = "seed %d, step %d".formatted(seed, i);

            boolean left = budget.hasSignatureCheck(key, from, now);

            assertThat(budget.hasSignatureCheck(key, from, now)).as(step).isEqualTo(left);
            assertThat(budget.allowsSignatureCheck(key, from, now)).as(step).isEqualTo(left);
            allowed += left ? 1 : 0;
            refused += left ? 0 : 1;
        }
        assertThat(allowed).isGreaterThan(1_000);
        assertThat(refused).isGreaterThan(1_000);
    }

    /** From more prefixes than budgets can tell apart; members are among it, where they have been and elsewhere. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theDoorIsShutOnlyToThoseForWhomNothingIsLeftAndToMostOfThem(long seed) {
        Random dice = new Random(seed);
        for (int i = 0; i < 40; i++) {
            known.add(randomKey(dice), SourcePrefix.of(forged(dice).ip()));
        }
        int refused = 0;
        int atTheDoor = 0;
        for (int i = 0; i < 20_000; i++) {
            KnownPrefixes.Entry member = known.entries().get(dice.nextInt(40));
            boolean forged = dice.nextInt(8) > 0;
            Bytes key = forged ? randomKey(dice) : member.staticKey();
            boolean elsewhere = forged || dice.nextBoolean();
            Ip source = elsewhere ? Ip.ofIpv4(dice.nextInt()) : member.prefix();
            Path from = Path.to(new UnderlayAddr(source, 4242));
            long now = i * MS / 2;

            boolean shut = door.isShutTo(key.asSegment(), key.length(), now);
            boolean left = budget.allowsSignatureCheck(key, from, now);
            if (!shut) {
                budget.hasSignatureCheck(key, from, now); // as the control plane is asked
            }

            assertThat(shut && left).as("seed %d, step %d", seed, i).isFalse();
            refused += left ? 0 : 1;
            atTheDoor += shut ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(5_000);
        assertThat(atTheDoor).isGreaterThan(refused / 2);
    }

    private static Bytes randomKey(Random dice) {
        byte[] key = new byte[32];
        dice.nextBytes(key);
        return Bytes.owning(key);
    }

    @Test
    void aThousandMembersThatComeAtOnceAreInWithinTenSeconds() {
        boolean[] in = new boolean[1_000];
        int left = in.length;
        for (long ms = 0; ms < 10_000 && left > 0; ms += 100) {
            for (int i = 0; i < in.length; i++) {
                Bytes key = Bytes.owning(new byte[] {(byte) i, (byte) (i >> 8)});
                UnderlayAddr from = new UnderlayAddr(Ip.ofIpv4(0x0A000000 + i), 4242);
                if (!in[i] && budget.allowsSession(key, Path.to(from), ms * MS)) {
                    in[i] = true;
                    left--;
                }
            }
        }
        assertThat(left).isZero();
    }

    @Test
    void aPrefixWhereTheKeyHasBeenHasABudgetThatOthersCannotSpend() {
        known.add(MEMBER, SourcePrefix.of(GENUINE.ip()));
        Random dice = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            budget.allowsSession(MEMBER, Path.to(forged(dice)), SECOND + i * MS / 10);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(budget.allowsSession(MEMBER, Path.to(GENUINE), 3 * SECOND)).isTrue();
        }
    }

    @Test
    void remembersTheLatestPrefixesOfAKeyAndNotMore() {
        for (int i = 0; i < KnownPrefixes.PER_KEY + 2; i++) {
            known.add(MEMBER, Ip.ofIpv4(i << 8));
        }
        known.add(MEMBER, Ip.ofIpv4(2 << 8));
        long changes = known.changes();
        known.add(MEMBER, Ip.ofIpv4(2 << 8));

        assertThat(known.changes()).isEqualTo(changes);
        assertThat(known.entries()).hasSize(KnownPrefixes.PER_KEY);
        assertThat(known.contains(MEMBER, Ip.ofIpv4(0))).isFalse();
        assertThat(known.entries().getLast())
                .isEqualTo(new KnownPrefixes.Entry(MEMBER, Ip.ofIpv4(2 << 8)));

        KnownPrefixes next = new KnownPrefixes();
        next.restore(known.entries());
        assertThat(next.entries()).isEqualTo(known.entries());
    }

    private static UnderlayAddr forged(Random dice) {
        return new UnderlayAddr(Ip.ofIpv4(0x65000000 + (dice.nextInt(PREFIXES) << 8)), 4242);
    }
}
