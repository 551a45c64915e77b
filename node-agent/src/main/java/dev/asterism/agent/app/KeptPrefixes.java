package dev.asterism.agent.app;

import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.agent.state.KnownPrefixFile;
import dev.asterism.overlay.handshake.KnownPrefixes;
import dev.asterism.overlay.node.Node;
import java.io.IOException;
import java.util.List;

/** Where peers have proven themselves, in the node and in its file. One thread at a time. */
final class KeptPrefixes {

    private final Node node;
    private final KnownPrefixFile file;
    private final StateWrites writes;
    private long written;

    private KeptPrefixes(Node node, KnownPrefixFile file) {
        this.node = node;
        this.file = file;
        writes = new StateWrites(file.path());
    }

    /** Before the node's threads start. */
    static KeptPrefixes read(Node node, KnownPrefixFile file) {
        KeptPrefixes kept = new KeptPrefixes(node, file);
        try {
            kept.known().restore(file.read());
        } catch (IOException e) {
            StateKeeper.unusable(file.path(), e);
        }
        kept.written = kept.known().changes();
        return kept;
    }

    private KnownPrefixes known() {
        return node.control().handshakes().knownPrefixes();
    }

    private record Copy(long changes, List<KnownPrefixes.Entry> entries) {}

    void save() {
        Copy[] copy = new Copy[1];
        boolean done =
                ControlPlaneCall.run(
                        node,
                        _ -> {
                            KnownPrefixes known = known();
                            if (known.changes() != written) {
                                copy[0] = new Copy(known.changes(), known.entries());
                            }
                        });
        Copy taken = copy[0];
        if (!done || taken == null) {
            return;
        }
        if (writes.write(() -> file.write(taken.entries))) {
            written = taken.changes;
        }
    }
}
