package dev.asterism.overlay.node;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.LaneEpochs;
import dev.asterism.overlay.tunnel.Session;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;

/**
 * Sessions whose tunnel is gone and whose keys are to be wiped, as soon as no lane can be using them. Control plane
 * only.
 */
final class RetiredSessions {

    /** A turn of a lane takes less; asking again costs little. */
    private static final long AGAIN_NANOS = 5_000_000L;

    private final LaneEpochs lanes;
    private final ArrayDeque<Retired> waiting = new ArrayDeque<>();
    private long againNanos = Long.MAX_VALUE;

    private static final class Retired {
        private final Session session;
        private final long[] turns;

        Retired(Session session, long[] turns) {
            this.session = session;
            this.turns = turns;
        }
    }

    RetiredSessions(LaneEpochs lanes) {
        this.lanes = lanes;
    }

    /** Call after its tunnel was taken out of the table. */
    void retire(Session session) {
        // A lane that begins a turn after this does not find the tunnel.
        VarHandle.fullFence();
        waiting.add(new Retired(session, lanes.turns()));
        againNanos = Math.min(againNanos, 0);
    }

    /** Wipes what it can; the oldest first, which wait the shortest. */
    int onTimer(Tick now) {
        int done = 0;
        while (!waiting.isEmpty() && lanes.areOver(waiting.getFirst().turns)) {
            waiting.removeFirst().session.destroy();
            done++;
        }
        againNanos = waiting.isEmpty() ? Long.MAX_VALUE : now.nanos() + AGAIN_NANOS;
        return done;
    }

    long nextDeadlineNanos() {
        return againNanos;
    }
}
