package dev.asterism.sim;

import dev.asterism.overlay.io.DutyCycle;
import java.util.List;

/** What runs on a host: the simulator calls its duty cycles whenever the host has been touched. */
public interface SimNode {

    List<DutyCycle> cycles();

    /** Ends in good order; may still send. Not called by a crash. */
    void stop();
}
