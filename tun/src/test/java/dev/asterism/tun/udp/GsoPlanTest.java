package dev.asterism.tun.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.net.UnderlayAddr;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GsoPlanTest {

    private static final UnderlayAddr A = UnderlayAddr.of("192.0.2.1:4242");
    private static final UnderlayAddr B = UnderlayAddr.of("192.0.2.2:4242");

    private final GsoRejections rejections = new GsoRejections();
    private final DatagramBatch batch =
            new DatagramBatch(MemorySegment.ofArray(new byte[1 << 20]), 512);

    @Test
    void joinsNeighboursOfEqualSizeAndEndsWithAShorterOne() {
        append(A, 1000, 1000, 1000, 400, 1000);

        assertThat(plan()).containsExactly("0+3400/1000 4", "3400+1000/0 1");
    }

    @Test
    void leavesASingleDatagramWithoutSegmentSize() {
        append(A, 1000);

        assertThat(plan()).containsExactly("0+1000/0 1");
    }

    @Test
    void beginsAnewWithALongerDatagram() {
        append(A, 400, 1000, 1000);

        assertThat(plan()).containsExactly("0+400/0 1", "400+2000/1000 2");
    }

    @Test
    void joinsOnlyOneDestination() {
        append(A, 500, 500);
        append(B, 500);
        append(UnderlayAddr.of("192.0.2.2:4243"), 500);
        append(UnderlayAddr.of("[2001:db8::1]:4243"), 500);

        assertThat(plan())
                .containsExactly("0+1000/500 2", "1000+500/0 1", "1500+500/0 1", "2000+500/0 1");
    }

    @Test
    void joinsOnlyWhatLiesBackToBack() {
        append(A, 500, 500, 500);
        batch.set(1, 100_000, 500, 0, A.ip().hi(), A.ip().lo(), A.port());

        assertThat(plan()).containsExactly("0+500/0 1", "100000+500/0 1", "1000+500/0 1");
    }

    @Test
    void keepsToTheLimitOfSegments() {
        int[] sizes = new int[100];
        java.util.Arrays.fill(sizes, 100);
        append(A, sizes);

        assertThat(plan()).containsExactly("0+6400/100 64", "6400+3600/100 36");
    }

    @Test
    void keepsToTheLimitOfBytes() {
        int[] sizes = new int[50];
        java.util.Arrays.fill(sizes, 1400);
        append(A, sizes);

        assertThat(plan()).containsExactly("0+64400/1400 46", "64400+5600/1400 4");
    }

    @Test
    void sendsAGsoBatchAsItIs() {
        appendGsoBatch(A, 5_100, 1000);

        assertThat(plan()).containsExactly("0+5100/1000 1");
    }

    @Test
    void takesAGsoBatchOfOneForADatagram() {
        appendGsoBatch(A, 700, 1000);
        appendGsoBatch(A, 700, 700);

        assertThat(plan()).containsExactly("0+1400/700 2");
    }

    @Test
    void splitsAGsoBatchThatIsTooLong() {
        appendGsoBatch(A, 100_050, 1000);
        append(A, 10);

        assertThat(plan()).containsExactly("0+64000/1000 0", "64000+36050/1000 1", "100050+10/0 1");
    }

    @Test
    void sendsSinglyToADestinationThatRefused() {
        rejections.add(A.ip().hi(), A.ip().lo(), 0);
        append(A, 500, 500);
        append(B, 500, 500);
        appendGsoBatch(A, 1200, 500);

        assertThat(plan())
                .containsExactly(
                        "0+500/0 1",
                        "500+500/0 1",
                        "1000+1000/500 2",
                        "2000+500/0 0",
                        "2500+500/0 0",
                        "3000+200/0 1");
    }

    @Test
    void sendsSinglyWithoutSegmentation() {
        append(A, 500, 500);
        GsoPlan plan = new GsoPlan(64, false, rejections);

        assertThat(run(plan)).containsExactly("0+500/0 1", "500+500/0 1");
    }

    @Test
    void neverJoinsEmptyDatagrams() {
        append(A, 0, 0, 500, 0);

        assertThat(plan()).containsExactly("0+0/0 1", "0+0/0 1", "0+500/0 1", "500+0/0 1");
    }

    @Test
    void goesOnWhereItsRoomEnded() {
        append(A, 1, 2, 3, 4, 5, 6, 7);
        GsoPlan plan = new GsoPlan(3, true, rejections);

        assertThat(run(plan)).hasSize(7);
    }

    @Test
    void repeatsFromAMessageAfterRewind() {
        appendGsoBatch(A, 100_000, 1000);
        append(A, 500, 500);
        GsoPlan plan = new GsoPlan(8, true, rejections);
        plan.begin();
        plan.fill(batch);
        rejections.add(A.ip().hi(), A.ip().lo(), 0);

        plan.rewind(1);

        assertThat(plan.fill(batch)).isEqualTo(8);
        assertThat(plan.offset(0)).isEqualTo(64_000);
        assertThat(plan.length(0)).isEqualTo(1000);
    }

    @Test
    void coversEveryByteOnceWhateverTheBatch() {
        Random random = new Random(42);
        for (int round = 0; round < 500; round++) {
            batch.clear();
            int total = 0;
            for (int i = 0; i < 60; i++) {
                UnderlayAddr to = random.nextInt(4) == 0 ? B : A;
                int length = 1 + random.nextInt(random.nextBoolean() ? 3 : 3000);
                if (random.nextInt(6) == 0) {
                    appendGsoBatch(to, length, 1 + random.nextInt(1500));
                } else {
                    append(to, length);
                }
                total += length;
            }
            checkCover(total);
        }
    }

    private void checkCover(int total) {
        GsoPlan plan = new GsoPlan(7, true, rejections);
        plan.begin();
        int at = 0;
        int completed = 0;
        while (plan.fill(batch) > 0) {
            for (int i = 0; i < plan.count(); i++) {
                assertThat(plan.offset(i)).isEqualTo(at);
                assertThat(plan.length(i)).isBetween(1, GsoPlan.MAX_BYTES);
                int segment = plan.segmentSize(i);
                assertThat(segment).isLessThan(plan.length(i));
                assertThat(segment == 0 ? 1 : (plan.length(i) + segment - 1) / segment)
                        .isLessThanOrEqualTo(GsoPlan.MAX_SEGMENTS);
                at += plan.length(i);
                completed += plan.completed(i);
            }
        }
        assertThat(at).isEqualTo(total);
        assertThat(completed).isEqualTo(batch.count());
    }

    private List<String> plan() {
        return run(new GsoPlan(64, true, rejections));
    }

    /** Each message as {@code offset+length/segment completed}. */
    private List<String> run(GsoPlan plan) {
        List<String> messages = new ArrayList<>();
        plan.begin();
        while (plan.fill(batch) > 0) {
            for (int i = 0; i < plan.count(); i++) {
                messages.add(
                        plan.offset(i)
                                + "+"
                                + plan.length(i)
                                + "/"
                                + plan.segmentSize(i)
                                + " "
                                + plan.completed(i));
            }
        }
        return messages;
    }

    private void append(UnderlayAddr to, int... lengths) {
        for (int length : lengths) {
            batch.append(length, 0, to.ip().hi(), to.ip().lo(), to.port());
        }
    }

    private void appendGsoBatch(UnderlayAddr to, int length, int segment) {
        batch.append(length, segment, to.ip().hi(), to.ip().lo(), to.port());
    }
}
