package dev.asterism.agent.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ControlPlaneCallTest {

    private static final Tick NOW = new Tick(0, java.time.Instant.EPOCH);

    private final AtomicInteger done = new AtomicInteger();
    private final List<Consumer<Tick>> queue = new ArrayList<>();

    @Test
    void saysThatItIsDone() {
        boolean inForce =
                ControlPlaneCall.run(
                        call -> {
                            call.accept(NOW);
                            return true;
                        },
                        Duration.ofHours(1),
                        _ -> done.incrementAndGet());

        assertThat(inForce).isTrue();
        assertThat(done).hasValue(1);
    }

    @Test
    void whatWasGivenUpIsNeverDone() {
        boolean inForce =
                ControlPlaneCall.run(queue::add, Duration.ZERO, _ -> done.incrementAndGet());
        queue.getFirst().accept(NOW);

        assertThat(inForce).isFalse();
        assertThat(done).hasValue(0);
    }

    @Test
    void whatIsBegunIsWaitedFor() {
        Thread caller = Thread.currentThread();
        boolean inForce =
                ControlPlaneCall.run(
                        call -> {
                            Thread control =
                                    Thread.ofPlatform().daemon().start(() -> call.accept(NOW));
                            return awaitStart(control);
                        },
                        Duration.ZERO,
                        _ -> {
                            done.incrementAndGet();
                            // Until the caller's patience is over and it waits without limit.
                            while (caller.getState() != Thread.State.WAITING) {
                                Thread.onSpinWait();
                            }
                            done.incrementAndGet();
                        });

        assertThat(inForce).isTrue();
        assertThat(done).hasValue(2);
    }

    private boolean awaitStart(Thread control) {
        while (done.get() == 0 && control.isAlive()) {
            Thread.onSpinWait();
        }
        return true;
    }

    @Test
    void aFullQueueIsSaidAtOnce() {
        assertThat(
                        ControlPlaneCall.run(
                                _ -> false, Duration.ofHours(1), _ -> done.incrementAndGet()))
                .isFalse();
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anInterruptedCallerSleepsUntilItIsDone() {
        Thread caller = Thread.currentThread();
        caller.interrupt();
        boolean inForce =
                ControlPlaneCall.run(
                        call -> {
                            Thread.ofPlatform()
                                    .daemon()
                                    .start(
                                            () -> {
                                                // A caller that interrupts itself never gets there.
                                                while (caller.getState()
                                                        != Thread.State.TIMED_WAITING) {
                                                    Thread.onSpinWait();
                                                }
                                                call.accept(NOW);
                                            });
                            return true;
                        },
                        Duration.ofHours(1),
                        _ -> done.incrementAndGet());

        assertThat(inForce).isTrue();
        assertThat(done).hasValue(1);
        assertThat(Thread.interrupted()).isTrue();
    }
}
