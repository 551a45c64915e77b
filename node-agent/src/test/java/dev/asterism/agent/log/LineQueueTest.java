package dev.asterism.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class LineQueueTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int LINE_BYTES = 1000;

    /** A pipe: each write waits until its reader lets it through. */
    private static final class Pipe extends OutputStream {

        final Semaphore reads = new Semaphore(0);
        final Semaphore attempts = new Semaphore(0);
        final ByteArrayOutputStream read = new ByteArrayOutputStream();
        volatile boolean broken;

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            attempts.release();
            reads.acquireUninterruptibly();
            if (broken) {
                throw new IOException("Broken pipe");
            }
            read.write(bytes, from, length);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        List<String> lines() {
            return read.toString(StandardCharsets.UTF_8).lines().toList();
        }
    }

    private final Pipe pipe = new Pipe();
    private final LineQueue queue = new LineQueue(pipe, count -> bytes("dropped " + count)).start();

    @Test
    void writesEverythingInOrder() {
        pipe.reads.release(1000);
        for (int i = 0; i < 500; i++) {
            assertThat(queue.offer(bytes("line " + i))).isTrue();
        }

        assertThat(queue.drain(LONG)).isTrue();
        assertThat(pipe.lines()).hasSize(500).startsWith("line 0").endsWith("line 499");
    }

    @Test
    void neverWaitsForAReaderThatHasStopped() {
        fill();

        assertThat(queue.offer(line())).isFalse();
        assertThat(queue.drain(Duration.ofMillis(1))).isFalse();
    }

    @Test
    void saysHowManyWereDroppedWhenThereIsRoomAgain() {
        int kept = fill();
        queue.offer(line());
        queue.offer(line());

        pipe.reads.release(1_000_000);
        while (pipe.lines().stream().noneMatch(line -> line.startsWith("dropped"))) {
            Thread.onSpinWait();
        }

        assertThat(pipe.lines()).hasSize(kept + 1).endsWith("dropped 3");
        assertThat(queue.offer(bytes("after"))).isTrue();
        assertThat(queue.drain(LONG)).isTrue();
        assertThat(pipe.lines()).endsWith("dropped 3", "after");
    }

    @Test
    void goesOnWhenTheReaderComesBack() {
        pipe.broken = true;
        queue.offer(bytes("lost"));
        pipe.attempts.acquireUninterruptibly();
        pipe.reads.release(1);
        pipe.attempts.acquireUninterruptibly(); // tries to say that one was lost

        pipe.broken = false;
        pipe.reads.release(1000);
        queue.offer(bytes("kept"));

        assertThat(queue.drain(LONG)).isTrue();
        assertThat(pipe.lines()).containsExactly("dropped 1", "kept");
    }

    /** Until a line is refused; returns how many were kept. */
    private int fill() {
        queue.offer(line());
        pipe.attempts.acquireUninterruptibly();
        int kept = 1;
        while (queue.offer(line())) {
            kept++;
        }
        assertThat(kept).isBetween(1000, 1100);
        return kept;
    }

    private static byte[] line() {
        return bytes("x".repeat(LINE_BYTES - 1));
    }

    private static byte[] bytes(String line) {
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
