package dev.asterism.overlay.node;

/** Where the snapshot in force stands. Written by the control plane, read by lanes. */
final class SnapshotCell {

    private volatile NodeSnapshot current;

    SnapshotCell(NodeSnapshot first) {
        current = first;
    }

    NodeSnapshot get() {
        return current;
    }

    void set(NodeSnapshot next) {
        current = next;
    }
}
