package dev.asterism.agent.it;

import java.util.Locale;

/** A lighthouse and a pair of nodes, each behind a router of its own, started and able to find each other. */
final class NamespaceMesh implements AutoCloseable {

    private static final String LIGHTHOUSE = "10.42.0.1";

    private final NetLab lab = new NetLab();
    private final NamespaceNode lighthouse;
    private final NamespaceNode a;
    private final NamespaceNode b;

    /** Which of the pair has the lower overlay address; the protocol breaks ties by it. */
    enum Order {
        A_LOWER,
        B_LOWER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** Who of the pair sits behind a NAT. */
    enum Nat {
        NOBODY,
        A,
        B,
        BOTH
    }

    /**
     * What a mesh is made of.
     *
     * @param maker whose tool makes the CA
     */
    record Plan(
            Product maker,
            Product lighthouse,
            Product a,
            Product b,
            String cipher,
            Order order,
            Nat nat) {

        static Plan of(Product maker, Product lighthouse, Product a, Product b) {
            return new Plan(maker, lighthouse, a, b, "aes", Order.A_LOWER, Nat.NOBODY);
        }

        Plan with(String otherCipher, Order otherOrder) {
            return new Plan(maker, lighthouse, a, b, otherCipher, otherOrder, nat);
        }

        Plan behind(Nat otherNat) {
            return new Plan(maker, lighthouse, a, b, cipher, order, otherNat);
        }
    }

    /** Everything but the start. */
    NamespaceMesh(Plan plan) {
        try {
            plan.maker().require();
            plan.lighthouse().require();
            plan.a().require();
            plan.b().require();
            boolean aLower = plan.order() == Order.A_LOWER;
            lighthouse = node(plan, plan.lighthouse(), lab.host("l", 1), LIGHTHOUSE);
            a =
                    node(
                            plan,
                            plan.a(),
                            host("a", 10, plan.nat() == Nat.A || plan.nat() == Nat.BOTH),
                            aLower ? "10.42.0.10" : "10.42.0.20");
            b =
                    node(
                            plan,
                            plan.b(),
                            host("b", 20, plan.nat() == Nat.B || plan.nat() == Nat.BOTH),
                            aLower ? "10.42.0.20" : "10.42.0.10");
        } catch (RuntimeException | Error e) {
            lab.close();
            throw e;
        }
    }

    private Host host(String name, int subnet, boolean behindNat) {
        return behindNat ? lab.hostBehindNat(name, subnet) : lab.host(name, subnet);
    }

    private NamespaceNode node(Plan plan, Product product, Host host, String overlay) {
        Pki pki = Pki.madeBy(plan.maker());
        String discovery =
                overlay.equals(LIGHTHOUSE)
                        ? "lighthouse: {am_lighthouse: true}\n"
                        : "static_host_map:\n  %1$s: ['10.91.1.2:4242']\nlighthouse: {hosts: [%1$s], interval: 10}\n"
                                .formatted(LIGHTHOUSE);
        NodeConfig config =
                new NodeConfig(
                                pki.folder(),
                                pki.issue(product, "node", overlay, "red"),
                                discovery,
                                product.ownConfig())
                        .cipher(plan.cipher());
        return new NamespaceNode(lab, host, product, overlay, config);
    }

    /** Starts all three and waits until they have come up. */
    NamespaceMesh start() {
        try (LoadGate.Pass _ = LoadGate.starting()) {
            lighthouse.start();
            lighthouse.awaitReady();
            b.start();
            a.start();
            b.awaitReady();
            a.awaitReady();
            return this;
        }
    }

    NetLab lab() {
        return lab;
    }

    NamespaceNode lighthouse() {
        return lighthouse;
    }

    NamespaceNode a() {
        return a;
    }

    NamespaceNode b() {
        return b;
    }

    /** Steady probes in both directions between the pair. */
    PairFlow flow() {
        return lab.own(new PairFlow(a, b));
    }

    /** Adds all logs to the message of a claim that fails. */
    void check(Runnable claims) {
        try {
            claims.run();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + logs(), e);
        }
    }

    private String logs() {
        return "--- lighthouse\n"
                + lighthouse.daemon().log()
                + "\n--- a\n"
                + a.daemon().log()
                + "\n--- b\n"
                + b.daemon().log();
    }

    /** Packets the kernel threw away anywhere in the mesh: on the way of the pair, and what others lost. */
    long kernelDrops() {
        return lab.kernelDrops();
    }

    @Override
    public void close() {
        lab.close();
    }
}
