package dev.asterism.overlay.firewall;

import dev.asterism.overlay.packet.FlowKey;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rules by port: the port space cut where any rule begins or ends, so that one binary search finds the rules of a
 * port and a rule for 1-65535 costs no more than one for 22.
 */
final class PortTable {

    private static final CompiledRule[] NONE = {};

    private final CompiledRule[] anyPort;
    private final CompiledRule[] fragments;
    private final int[] cuts;
    private final CompiledRule[][] byCut;

    PortTable(List<CompiledRule> rules) {
        anyPort = rules.stream().filter(r -> r.ports.isAny()).toArray(CompiledRule[]::new);
        fragments = rules.stream().filter(r -> r.ports.isFragment()).toArray(CompiledRule[]::new);
        List<CompiledRule> numbered =
                rules.stream().filter(r -> !r.ports.isAny() && !r.ports.isFragment()).toList();
        TreeSet<Integer> edges = new TreeSet<>(List.of(0));
        for (CompiledRule rule : numbered) {
            edges.add(rule.ports.first());
            edges.add(rule.ports.last() + 1);
        }
        cuts = edges.stream().mapToInt(Integer::intValue).toArray();
        byCut = new CompiledRule[cuts.length][];
        for (int i = 0; i < cuts.length; i++) {
            int port = cuts[i];
            byCut[i] =
                    numbered.stream()
                            .filter(r -> r.ports.first() <= port && port <= r.ports.last())
                            .toArray(CompiledRule[]::new);
        }
    }

    /** A rule for any port that admits the flow, or null. */
    @Nullable CompiledRule matchAnyPort(FlowKey flow, PeerIdentity peer) {
        return first(anyPort, flow, peer);
    }

    /** A rule for the flow's port, or for fragments if it is one, that admits it, or null. */
    @Nullable CompiledRule matchPort(int port, FlowKey flow, PeerIdentity peer) {
        return first(flow.fragment ? fragments : at(port), flow, peer);
    }

    private CompiledRule[] at(int port) {
        if (cuts.length == 1) {
            return NONE;
        }
        int found = Arrays.binarySearch(cuts, port);
        return byCut[found >= 0 ? found : -found - 2];
    }

    private static @Nullable CompiledRule first(
            CompiledRule[] rules, FlowKey flow, PeerIdentity peer) {
        for (CompiledRule rule : rules) {
            if (rule.admits(flow, peer)) {
                return rule;
            }
        }
        return null;
    }
}
