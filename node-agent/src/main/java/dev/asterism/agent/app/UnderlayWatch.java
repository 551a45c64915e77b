package dev.asterism.agent.app;

import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.node.CommandQueue;
import dev.asterism.overlay.node.ControlCommand;
import dev.asterism.tun.netlink.AddressEvents;

/** Tells the control plane when this machine's addresses change. Runs on the control plane's thread. */
final class UnderlayWatch implements DutyCycle {

    private final AddressEvents kernel;
    private final CommandQueue commands;

    UnderlayWatch(AddressEvents kernel, CommandQueue commands) {
        this.kernel = kernel;
        this.commands = commands;
    }

    @Override
    public int doWork(Tick now) {
        boolean changed = kernel.drain();
        if (changed) {
            commands.offer(new ControlCommand.UnderlayChanged());
        }
        return changed ? 1 : 0;
    }

    @Override
    public long nextDeadlineNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public String role() {
        return "underlay watch";
    }
}
