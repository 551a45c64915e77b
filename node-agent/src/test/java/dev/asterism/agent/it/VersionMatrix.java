package dev.asterism.agent.it;

import dev.asterism.agent.it.RolesMesh.Pair;
import dev.asterism.agent.it.RolesMesh.Plan;
import dev.asterism.agent.it.ShownCertificates.Inside;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Meshes of certificates of both versions and both curves. Each mesh of {@link #pairwise} and {@link #everything} has
 * every part of it played by this agent and by Nebula.
 */
final class VersionMatrix {

    private static final List<Nebula> NEBULAS = List.of(Nebula.NEW, Nebula.NEWEST);
    private static final List<String> CURVES = List.of("25519", "P256");
    private static final List<String> CIPHERS = List.of("aes", "chachapoly");

    /**
     * What lighthouse and relays, who begins, and who answers have, and what is inside; a host of one version finds a
     * CA of each in its pool. Without what cannot be: a certificate of version 1 has no IPv6, and the certificates of
     * a host with both begin with the same network.
     */
    private static final List<Shown> SHOWN =
            List.of(
                    new Shown("1", "1", "1", Inside.IPV4),
                    new Shown("2", "2", "2", Inside.IPV4),
                    new Shown("2", "2", "2", Inside.IPV6),
                    new Shown("2", "2", "2", Inside.BOTH),
                    new Shown("12", "12", "12", Inside.IPV4),
                    new Shown("12", "12", "12", Inside.BOTH),
                    new Shown("12", "1", "12", Inside.IPV4),
                    new Shown("12", "12", "2", Inside.IPV4),
                    new Shown("2", "2", "12", Inside.IPV4),
                    new Shown("12", "1", "2", Inside.IPV4));

    private record Shown(String middle, String a, String b, Inside inside) {

        ShownCertificates of(String curve) {
            return new ShownCertificates(middle, a, b, curve, inside);
        }
    }

    private VersionMatrix() {}

    /** Four cells: each part of ours against two of Nebula's, with what differs most. */
    static List<Plan> selection() {
        Nebula one = Nebula.NEW;
        Nebula two = Nebula.NEWEST;
        Ours ours = Ours.AGENT;
        Shown v2 = new Shown("2", "2", "2", Inside.BOTH);
        Shown mixed = new Shown("12", "12", "2", Inside.IPV4);
        Shown old = new Shown("12", "1", "12", Inside.IPV4);
        return List.of(
                plan(one, one, v2.of("25519"), "chachapoly", new Pair(ours, one, null)),
                plan(two, ours, v2.of("P256"), "aes", new Pair(two, ours, null)),
                plan(two, two, mixed.of("25519"), "aes", new Pair(two, ours, two)),
                plan(one, ours, old.of("P256"), "chachapoly", new Pair(ours, one, ours)));
    }

    private static Plan plan(
            Nebula nebula, Product lighthouse, ShownCertificates shown, String cipher, Pair pair) {
        return new Plan(nebula, lighthouse, shown, cipher, List.of(pair));
    }

    /** Every two values of different kinds meet in some mesh, and each mesh has every part. */
    static List<Plan> pairwise() {
        List<Plan> plans = new ArrayList<>();
        for (int i = 0; i < SHOWN.size(); i++) {
            for (int curve = 0; curve < CURVES.size(); curve++) {
                plans.addAll(
                        meshes(
                                NEBULAS.get((i / 2 + curve) % 2),
                                SHOWN.get(i).of(CURVES.get(curve)),
                                CIPHERS.get((i + curve) % 2)));
            }
        }
        return plans;
    }

    static List<Plan> everything() {
        List<Plan> plans = new ArrayList<>();
        for (Nebula nebula : NEBULAS) {
            for (Shown shown : SHOWN) {
                for (String curve : CURVES) {
                    for (String cipher : CIPHERS) {
                        plans.addAll(meshes(nebula, shown.of(curve), cipher));
                    }
                }
            }
        }
        return plans;
    }

    /** One with each lighthouse. */
    private static List<Plan> meshes(Nebula nebula, ShownCertificates shown, String cipher) {
        return List.of(
                new Plan(nebula, Ours.AGENT, shown, cipher, pairs(nebula, Ours.AGENT)),
                new Plan(nebula, nebula, shown, cipher, pairs(nebula, nebula)));
    }

    private static List<Pair> pairs(Nebula nebula, Product lighthouse) {
        List<Pair> pairs = new ArrayList<>();
        pairs.addAll(pairs(nebula, lighthouse, null));
        pairs.addAll(pairs(nebula, lighthouse, Ours.AGENT));
        pairs.addAll(pairs(nebula, lighthouse, nebula));
        return pairs;
    }

    /** Without those in which only Nebula would take part. */
    private static List<Pair> pairs(Nebula nebula, Product lighthouse, @Nullable Product relay) {
        List<Pair> pairs = new ArrayList<>();
        for (Product a : List.of(Ours.AGENT, nebula)) {
            for (Product b : List.of(Ours.AGENT, nebula)) {
                if (relay == Ours.AGENT || List.of(lighthouse, a, b).contains(Ours.AGENT)) {
                    pairs.add(new Pair(a, b, relay));
                }
            }
        }
        return pairs;
    }
}
