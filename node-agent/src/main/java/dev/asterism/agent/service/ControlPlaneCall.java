package dev.asterism.agent.service;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.overlay.node.Node;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Has something done on the control plane's thread and waits until it is done. It is done, or it
 * never will be: what was not begun in time is cancelled, and what was begun in time is waited for.
 * Not from that thread.
 */
public final class ControlPlaneCall {

    /** Of a reload, which a request to stop may have to wait for. */
    public static final Duration PATIENCE = Duration.ofSeconds(3);

    private enum State {
        WAITING,
        BEGUN,
        CANCELLED
    }

    private final Consumer<Tick> action;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Written before {@link #ended} is counted down. */
    private boolean succeeded;

    private ControlPlaneCall(Consumer<Tick> action) {
        this.action = action;
    }

    /** False when the control plane had no room or no time for it, and will not do it. */
    public static boolean run(Node node, Consumer<Tick> action) {
        return run(node, PATIENCE, action);
    }

    public static boolean run(Node node, Duration patience, Consumer<Tick> action) {
        return run(call -> node.commands().offer(new ControlCommand.Call(call)), patience, action);
    }

    /**
     * What {@code question} answers on the control plane's thread; null when that thread had no
     * room or no time, and will not be asked.
     */
    public static <T> @Nullable T ask(Node node, Duration patience, Function<Tick, T> question) {
        AtomicReference<@Nullable T> answer = new AtomicReference<>();
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        boolean asked =
                run(
                        node,
                        patience,
                        now -> {
                            try {
                                answer.set(question.apply(now));
                            } catch (RuntimeException e) {
                                failure.set(e); // the caller's: a question must not end the node
                            }
                        });
        RuntimeException thrown = failure.get();
        if (thrown != null) {
            throw thrown;
        }
        return asked ? answer.get() : null;
    }

    /**
     * @param offer hands over what the control plane's thread is to call; false when it cannot
     */
    static boolean run(Predicate<Consumer<Tick>> offer, Duration patience, Consumer<Tick> action) {
        ControlPlaneCall call = new ControlPlaneCall(action);
        return offer.test(call::perform) && call.await(patience);
    }

    private void perform(Tick now) {
        if (!state.compareAndSet(State.WAITING, State.BEGUN)) {
            return;
        }
        try {
            action.accept(now);
            succeeded = true;
        } finally {
            ended.countDown();
        }
    }

    /** An interrupt does not end the wait, as the action may be under way; the flag is set again at the end. */
    private boolean await(Duration patience) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (true) {
                try {
                    return await(deadline);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean await(long deadline) throws InterruptedException {
        if (!ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            if (state.compareAndSet(State.WAITING, State.CANCELLED)) {
                return false;
            }
            ended.await();
        }
        return succeeded;
    }
}
