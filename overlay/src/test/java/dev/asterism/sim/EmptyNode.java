package dev.asterism.sim;

import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import java.util.List;

/** Does nothing. */
final class EmptyNode implements SimNode, DutyCycle {

    @Override
    public int doWork(Tick now) {
        return 0;
    }

    @Override
    public long nextDeadlineNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public String role() {
        return "empty";
    }

    @Override
    public List<DutyCycle> cycles() {
        return List.of(this);
    }

    @Override
    public void stop() {}
}
