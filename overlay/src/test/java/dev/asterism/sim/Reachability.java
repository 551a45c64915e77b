package dev.asterism.sim;

import dev.asterism.sim.NatBehaviour.Dependence;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether two hosts that know each other's observed address, and both keep trying, must find a direct path.
 * Knows topology and NAT behaviour only, so a test can say "must connect", not "usually connects".
 */
final class Reachability {

    private Reachability() {}

    static boolean directPathPossible(SimNetwork network, SimHost a, SimHost b) {
        if (network.isCut(a, b) || network.isCut(b, a)) {
            return false;
        }
        if (a.hasIpv6() && b.hasIpv6()) {
            return true;
        }
        List<SimNat> natsOfA = natsUpwards(a.realm());
        List<SimNat> natsOfB = natsUpwards(b.realm());
        if (a.realm() == b.realm()) {
            return true;
        }
        List<SimNat> shared = new ArrayList<>(natsOfA);
        shared.retainAll(natsOfB);
        if (!shared.isEmpty() && !shared.getLast().behaviour().hairpin()) {
            return false;
        }
        return punchable(natsOfA, natsOfB);
    }

    /**
     * The observed address is the one towards a third party, so a per-destination mapping is never the one
     * that the peer aims at. Then the peer must take packets from an unexpected port, and if both map that
     * way one of them must in addition take packets that it never asked for.
     */
    private static boolean punchable(List<SimNat> a, List<SimNat> b) {
        boolean aMoves = mapsPerDestination(a);
        boolean bMoves = mapsPerDestination(b);
        if (aMoves && bMoves) {
            return filtering(a) == Dependence.ENDPOINT_INDEPENDENT && !filtersPorts(b)
                    || filtering(b) == Dependence.ENDPOINT_INDEPENDENT && !filtersPorts(a);
        }
        return !(aMoves && filtersPorts(b)) && !(bMoves && filtersPorts(a));
    }

    private static boolean mapsPerDestination(List<SimNat> nats) {
        return nats.stream().anyMatch(nat -> nat.behaviour().mapsPerDestination());
    }

    private static boolean filtersPorts(List<SimNat> nats) {
        return filtering(nats) == Dependence.ADDRESS_AND_PORT_DEPENDENT;
    }

    /** The strictest of a chain. */
    private static Dependence filtering(List<SimNat> nats) {
        return nats.stream()
                .map(nat -> nat.behaviour().filtering())
                .max(Dependence::compareTo)
                .orElse(Dependence.ENDPOINT_INDEPENDENT);
    }

    private static List<SimNat> natsUpwards(Realm from) {
        List<SimNat> nats = new ArrayList<>();
        for (SimNat nat = from.gateway(); nat != null; nat = nat.outside().gateway()) {
            nats.add(nat);
        }
        return nats;
    }
}
