package dev.asterism.agent.app;

import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.CommandQueue;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.overlay.tunnel.RateLimit;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Tells the control plane when this machine's addresses, links or routes change: {@value #SETTLE_MILLIS} ms after the
 * first news, and again a few times after the last. Not at once: where a link has just come up the question
 * for the neighbour's hardware address may be lost, and the kernel asks again only a second later, whatever is sent.
 *
 * <p>Each time costs a test request for every tunnel, so that a router whose routes change all the time is told of at
 * most {@value #BURST} times at once and {@value #PER_SECOND} times a second. Runs on the control plane's thread.
 */
final class UnderlayWatch implements DutyCycle {

    private static final int SETTLE_MILLIS = 20;
    private static final int PER_SECOND = 1;
    private static final int BURST = 10;
    private static final long MILLISECOND = 1_000_000L;
    private static final long NEVER = Long.MAX_VALUE;

    /** How often it reads while the thread is busy and does not ask which of its descriptors are readable. */
    private static final long LOOK_NANOS = SETTLE_MILLIS * MILLISECOND;

    /** When to tell it again, after the last change. */
    private static final List<Long> AGAIN_NANOS =
            List.of(60 * MILLISECOND, 200 * MILLISECOND, 800 * MILLISECOND, 3_000 * MILLISECOND);

    private final BooleanSupplier readable;
    private final BooleanSupplier changed;
    private final CommandQueue commands;
    private final RateLimit limit = new RateLimit(PER_SECOND, BURST);
    private long firstNanos = NEVER;
    private long changedNanos;
    private long nextLookNanos = Long.MIN_VALUE;
    private int toldAgain = AGAIN_NANOS.size();

    /**
     * @param readable whether the kernel has news, as far as is known without asking it
     * @param changed reads the kernel's news; true when there is some
     */
    UnderlayWatch(BooleanSupplier readable, BooleanSupplier changed, CommandQueue commands) {
        this.readable = readable;
        this.changed = changed;
        this.commands = commands;
    }

    @Override
    public int doWork(Tick now) {
        boolean news = look(now.nanos()) && changed.getAsBoolean();
        if (news) {
            changedNanos = now.nanos();
            toldAgain = 0;
            if (firstNanos == NEVER) {
                firstNanos = now.nanos() + SETTLE_MILLIS * MILLISECOND;
            }
        }
        if (now.nanos() < nextDeadlineNanos()) {
            return news ? 1 : 0;
        }
        if (now.nanos() >= firstNanos) {
            firstNanos = NEVER;
        } else {
            toldAgain++;
        }
        if (limit.take(now.nanos())) {
            commands.offer(new ControlCommand.UnderlayChanged());
        }
        return 1;
    }

    /**
     * Whether to read: a system call in every turn would be one more for each message that a lighthouse gets. The time
     * counts only for a thread that is busy, so that it is no deadline.
     */
    private boolean look(long nowNanos) {
        boolean due = nextLookNanos == Long.MIN_VALUE || nowNanos - nextLookNanos >= 0;
        if (!readable.getAsBoolean() && !due) {
            return false;
        }
        nextLookNanos = nowNanos + LOOK_NANOS;
        return true;
    }

    @Override
    public long nextDeadlineNanos() {
        long again =
                toldAgain == AGAIN_NANOS.size() ? NEVER : changedNanos + AGAIN_NANOS.get(toldAgain);
        return Math.min(firstNanos, again);
    }

    @Override
    public String role() {
        return "underlay watch";
    }
}
