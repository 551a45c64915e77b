package dev.asterism.agent.app;

import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.CommandQueue;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.tun.netlink.AddressEvents;
import java.util.List;

/**
 * Tells the control plane when this machine's addresses change, and again a few times: routes follow an address, so
 * that what is sent at the first event may go nowhere. Runs on the control plane's thread.
 */
final class UnderlayWatch implements DutyCycle {

    private static final long MILLISECOND = 1_000_000L;

    /** When to tell it again, after the last change. */
    private static final List<Long> AGAIN_NANOS =
            List.of(50 * MILLISECOND, 200 * MILLISECOND, 800 * MILLISECOND, 3_000 * MILLISECOND);

    private final AddressEvents kernel;
    private final CommandQueue commands;
    private long changedNanos;
    private int toldAgain = AGAIN_NANOS.size();

    UnderlayWatch(AddressEvents kernel, CommandQueue commands) {
        this.kernel = kernel;
        this.commands = commands;
    }

    @Override
    public int doWork(Tick now) {
        if (kernel.drain()) {
            changedNanos = now.nanos();
            toldAgain = 0;
        } else if (now.nanos() >= nextDeadlineNanos()) {
            toldAgain++;
        } else {
            return 0;
        }
        commands.offer(new ControlCommand.UnderlayChanged());
        return 1;
    }

    @Override
    public long nextDeadlineNanos() {
        return toldAgain == AGAIN_NANOS.size()
                ? Long.MAX_VALUE
                : changedNanos + AGAIN_NANOS.get(toldAgain);
    }

    @Override
    public String role() {
        return "underlay watch";
    }
}
