package dev.asterism.overlay.lane;

/** Where the snapshot in force stands. Written by the control plane, read by lanes. */
public final class SnapshotCell {

    private volatile NodeSnapshot current;

    public SnapshotCell(NodeSnapshot first) {
        current = first;
    }

    public NodeSnapshot get() {
        return current;
    }

    public void set(NodeSnapshot next) {
        current = next;
    }
}
