package dev.asterism.agent.app;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.CommandQueue;
import dev.asterism.overlay.lane.ControlCommand;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Hands what the kernel told a lane to the control plane's thread. At most {@value #MAX_WAITING}
 * wait at a time and later ones are dropped: a kernel that refuses every datagram must not fill the
 * queue by which lanes ask for tunnels. Any thread.
 */
final class LaneReports {

    static final int MAX_WAITING = 64;

    private final CommandQueue commands;
    private final AtomicInteger waiting = new AtomicInteger();

    LaneReports(CommandQueue commands) {
        this.commands = commands;
    }

    /** False when it is dropped. */
    boolean offer(Consumer<Tick> report) {
        if (waiting.incrementAndGet() > MAX_WAITING
                || !commands.offer(new ControlCommand.LaneReport(now -> run(report, now)))) {
            waiting.decrementAndGet();
            return false;
        }
        return true;
    }

    private void run(Consumer<Tick> report, Tick now) {
        waiting.decrementAndGet();
        report.accept(now);
    }
}
