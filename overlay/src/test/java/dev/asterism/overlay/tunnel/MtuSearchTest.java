package dev.asterism.overlay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Deadlines;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search of {@link MtuSearch} over a path of its own, in virtual time. */
class MtuSearchTest {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final int OVERHEAD = 60;
    private static final int FULL = 1300;
    private static final ProbeSizes SIZES = new ProbeSizes(OVERHEAD);

    private final Path path = new Path(1);

    /** The network between two nodes, and the clock. */
    private static final class Path implements MtuSearch.Probes {
        private final Random dice;
        private final Deadlines<Integer> answers = new Deadlines<>();
        private final PathLimit limit = new PathLimit();
        private final MtuSearch search = new MtuSearch(limit, SIZES);
        private int carries = 9_000;
        private int hostTakes = 9_000;
        private double loss;
        private long roundTripNanos = 20 * MILLI;
        private long nowNanos = -5 * SECOND;
        private int sent;
        private int sentBytes;

        Path(long seed) {
            dice = new Random(seed);
            limit.listenToAll();
            search.roundTrip(roundTripNanos);
        }

        @Override
        public boolean send(int bytes) {
            sent++;
            sentBytes += bytes;
            if (bytes > hostTakes) {
                return false;
            }
            boolean arrives = dice.nextDouble() >= loss;
            boolean comesBack = dice.nextDouble() >= loss;
            if (bytes <= carries && arrives && comesBack) {
                answers.at(nowNanos + roundTripNanos, bytes);
            }
            return true;
        }

        /** Time passes, and every 50 ms a packet of this size is sent as a lane would do it. */
        void run(long nanos, int packetBytes) {
            long end = nowNanos + nanos;
            for (; nowNanos < end; nowNanos += 5 * MILLI) {
                for (Integer answer = answers.pollDue(nowNanos);
                        answer != null;
                        answer = answers.pollDue(nowNanos)) {
                    search.answered(answer, nowNanos);
                }
                search.onTimer(nowNanos, this);
                boolean sends = nowNanos % (50 * MILLI) == 0;
                if (sends && packetBytes > limit.noticeAbove() && limit.offersNotice(nowNanos)) {
                    search.used(packetBytes, FULL, nowNanos, this);
                }
            }
        }

        void carriesUnderlay(int underlayBytes) {
            carries = underlayBytes - OVERHEAD;
        }

        /** How long until the limit is no more than the path carries. */
        long millisUntilLowered(int packetBytes) {
            long begin = nowNanos;
            while (limit.limit() > carries && nowNanos - begin < 60 * SECOND) {
                run(5 * MILLI, packetBytes);
            }
            return (nowNanos - begin) / MILLI;
        }
    }

    @Test
    void setsNoLimitOnAPathThatCarriesAll() {
        path.run(60 * SECOND, FULL);

        assertThat(path.limit.limit()).isEqualTo(PathLimit.NONE);
        assertThat(path.search.proven()).isEqualTo(FULL);
    }

    @Test
    void asksOnceASecondAtMostSeldomForSmallPacketsAndNeverWithoutPackets() {
        path.run(100 * SECOND, FULL);
        assertThat(path.sent).isBetween(90, 101);

        path.run(5 * SECOND, 500);
        int before = path.sent;
        path.run(600 * SECOND, 500);
        assertThat(path.sent - before).isBetween(18, 21);

        path.run(5 * SECOND, 0);
        before = path.sent;
        path.run(600 * SECOND, 0);
        assertThat(path.sent).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {800, 1000, 1200, 1213, 1280, 1281, 1300, 1340, 1355})
    void findsAHoleThatOpensInUseWithin1500Millis(int underlay) {
        path.run(10_300 * MILLI, FULL);
        path.carriesUnderlay(underlay);

        assertThat(path.millisUntilLowered(FULL)).isLessThanOrEqualTo(1_500);
        path.run(2 * SECOND, FULL);
        assertThat(path.limit.limit()).isBetween(path.carries - 8, path.carries);
    }

    /** A path that was silent for a moment, and comes back smaller. */
    @Test
    void findsAHoleSoonAfterOneSearchInVain() {
        path.run(10_300 * MILLI, FULL);
        path.loss = 1;
        path.run(500 * MILLI, FULL);
        path.loss = 0;
        path.carriesUnderlay(910);

        assertThat(path.millisUntilLowered(FULL)).isLessThan(2_000);
    }

    @Test
    void findsAHoleThatWasThereBeforeTheFirstPacket() {
        path.carriesUnderlay(1280);

        assertThat(path.millisUntilLowered(FULL)).isLessThanOrEqualTo(500);
        assertThat(path.limit.limit()).isEqualTo(1220);
    }

    @Test
    void findsAHoleForPacketsOfThePeerAlone() {
        path.carriesUnderlay(1280);

        assertThat(path.millisUntilLowered(100)).isLessThanOrEqualTo(500);
    }

    @Test
    void findsAHoleOnAPathOf400Millis() {
        path.roundTripNanos = 400 * MILLI;
        path.search.roundTrip(path.roundTripNanos);
        path.run(10_300 * MILLI, FULL);
        path.carriesUnderlay(1280);

        assertThat(path.millisUntilLowered(FULL)).isLessThanOrEqualTo(3_000);
    }

    @Test
    void findsAHoleThatGetsSmaller() {
        path.carriesUnderlay(1280);
        path.run(10 * SECOND, FULL);
        path.carriesUnderlay(1200);

        assertThat(path.millisUntilLowered(FULL)).isLessThanOrEqualTo(1_500);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void losesNothingToOrdinaryLoss(long seed) {
        Path lossy = new Path(seed);
        lossy.loss = 0.05;

        lossy.run(600 * SECOND, FULL);

        assertThat(lossy.limit.limit()).isEqualTo(PathLimit.NONE);
        assertThat(lossy.sent).isLessThan(600 * 8);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void findsAHoleInSpiteOfOrdinaryLoss(long seed) {
        Path lossy = new Path(seed);
        lossy.loss = 0.02;
        lossy.run(10 * SECOND, FULL);
        lossy.carriesUnderlay(1280);

        assertThat(lossy.millisUntilLowered(FULL)).isLessThanOrEqualTo(6_000);
    }

    @Test
    void growsAgainAfterTenMinutesAndNotBefore() {
        path.carriesUnderlay(1280);
        path.run(10 * SECOND, FULL);
        path.carriesUnderlay(1500);

        path.run(580 * SECOND, FULL);
        assertThat(path.limit.limit()).isEqualTo(1220);
        path.run(30 * SECOND, FULL);
        assertThat(path.limit.limit()).isEqualTo(PathLimit.NONE);
    }

    @Test
    void growsToWhatThePathCarriesNow() {
        path.carriesUnderlay(1200);
        path.run(10 * SECOND, FULL);
        path.carriesUnderlay(1347);

        path.run(620 * SECOND, FULL);

        assertThat(path.limit.limit()).isBetween(1279, 1287);
    }

    @Test
    void triesAllSizesAtOnceOnAnotherPath() {
        path.carriesUnderlay(1280);
        path.run(10 * SECOND, FULL);
        path.carriesUnderlay(1500);

        path.search.pathChanged(path.nowNanos, path);
        path.run(SECOND, FULL);

        assertThat(path.limit.limit()).isEqualTo(PathLimit.NONE);
    }

    @Test
    void asksSeldomWherePeerIsGone() {
        path.run(10 * SECOND, FULL);
        path.loss = 1;
        int before = path.sentBytes;

        path.run(120 * SECOND, FULL);

        assertThat(path.limit.limit()).isEqualTo(PathLimit.NONE);
        assertThat(path.sentBytes - before).isLessThan(250_000);
    }

    @Test
    void goesByWhatTheHostsOwnNetworkRefuses() {
        path.hostTakes = 1220;

        path.run(500 * MILLI, FULL);

        assertThat(path.limit.limit()).isEqualTo(1220);
    }

    @Test
    void believesNoAnswerOfASizeThatNobodyAskedFor() {
        path.carriesUnderlay(1280);
        path.run(10 * SECOND, FULL);

        path.search.answered(8_000, path.nowNanos);
        path.run(SECOND, FULL);

        assertThat(path.limit.limit()).isEqualTo(1220);
    }

    @Test
    void takesOverWhatAnOlderTunnelKnew() {
        path.carriesUnderlay(1280);
        path.run(10 * SECOND, FULL);
        PathLimit limit = new PathLimit();

        new MtuSearch(limit, SIZES).inherit(path.search);

        assertThat(limit.limit()).isEqualTo(1220);
    }
}
