package dev.asterism.overlay.lane;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The epochs of all lanes of a node. */
public final class LaneEpochs {

    private final List<LaneEpoch> lanes = new CopyOnWriteArrayList<>();

    /** One more lane, before it starts. */
    public LaneEpoch join() {
        LaneEpoch epoch = new LaneEpoch();
        lanes.add(epoch);
        return epoch;
    }

    /** The turns of all lanes as they are now. */
    public long[] turns() {
        return lanes.stream().mapToLong(LaneEpoch::turns).toArray();
    }

    /** Whether every lane has ended the turn in which it was then. */
    public boolean areOver(long[] seen) {
        for (int i = 0; i < seen.length; i++) {
            if (!lanes.get(i).isOver(seen[i])) {
                return false;
            }
        }
        return true;
    }
}
