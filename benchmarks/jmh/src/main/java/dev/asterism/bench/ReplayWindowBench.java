package dev.asterism.bench;

import dev.asterism.overlay.tunnel.ReplayWindow;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Check and update for one packet, as before and after its tag is verified. */
@State(Scope.Thread)
public class ReplayWindowBench {

    private final ReplayWindow window = new ReplayWindow(ReplayWindow.DEFAULT_LENGTH);
    private long sent;

    private void accept(long counter) {
        if (!window.check(counter) || !window.update(counter)) {
            throw new IllegalStateException("counter " + counter + " was refused");
        }
    }

    @Benchmark
    public void inOrder() {
        accept(++sent);
    }

    /** Every two packets have changed places. */
    @Benchmark
    public void reordered() {
        long n = sent++;
        accept((n ^ 1) + 2);
    }
}
