package dev.asterism.agent.app;

import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.lane.NodeSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings new entries of {@code pki.blocklist} into force when the rest of a reload is refused. Main thread. */
final class Revocation {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    /** Comes after a reload's own wait, and before the end's. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private Revocation() {}

    /**
     * Adds to what is blocked, never takes away; says so. Does nothing when all are blocked already.
     *
     * @param fingerprints lower-case hex
     */
    static void apply(RunningNode running, SortedSet<String> fingerprints) {
        NodeSnapshot before = running.node().snapshot();
        TreeSet<String> added = new TreeSet<>(fingerprints);
        added.removeAll(before.config().pki().blocklist());
        if (added.isEmpty()) {
            return;
        }
        List<String> all = new ArrayList<>(before.config().pki().blocklist());
        all.addAll(added);
        NodeSnapshot next =
                before.withBlocklist(List.copyOf(all), Blocklist.parse(all).blocklist());
        boolean inForce =
                ControlPlaneCall.run(
                        running.node(), PATIENCE, now -> running.node().reconfigure(next, now));
        if (inForce) {
            LOG.atWarn()
                    .setMessage(
                            "New entries of pki.blocklist are in force although the reload failed")
                    .addKeyValue("added", added)
                    .log();
        } else {
            LOG.atError()
                    .setMessage(
                            "New entries of pki.blocklist are not in force: the control plane had no"
                                    + " time for them, send SIGHUP again")
                    .addKeyValue("entries", added)
                    .log();
        }
    }
}
