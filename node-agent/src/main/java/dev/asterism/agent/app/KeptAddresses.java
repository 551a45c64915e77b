package dev.asterism.agent.app;

import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.agent.state.PeerAddressFile;
import dev.asterism.lighthouse.memory.RememberedPeer;
import dev.asterism.tun.poll.SystemClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Where peers were reached, in the node's discovery and in its file. One thread at a time. */
final class KeptAddresses {

    private final RunningNode running;
    private final PeerAddressFile file;
    private final StateWrites writes;
    private List<RememberedPeer> written = List.of();

    private KeptAddresses(RunningNode running, PeerAddressFile file) {
        this.running = running;
        this.file = file;
        writes = new StateWrites(file.path());
    }

    /** Before the node's threads start. */
    static KeptAddresses read(RunningNode running, PeerAddressFile file) {
        KeptAddresses kept = new KeptAddresses(running, file);
        try {
            List<RememberedPeer> peers = file.read();
            running.discovery()
                    .restore(
                            peers,
                            running.node().snapshot().config().pki().blocklist(),
                            new SystemClock().now());
            kept.written = peers;
        } catch (IOException e) {
            StateKeeper.unusable(file.path(), e);
        }
        return kept;
    }

    void save() {
        List<List<RememberedPeer>> copy = new ArrayList<>(1);
        boolean done =
                ControlPlaneCall.run(
                        running.node(), _ -> copy.add(running.discovery().remembered()));
        if (!done || copy.getFirst().equals(written)) {
            return;
        }
        if (writes.write(() -> file.write(copy.getFirst()))) {
            written = copy.getFirst();
        }
    }
}
