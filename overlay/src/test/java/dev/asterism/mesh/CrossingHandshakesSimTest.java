package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimDatagram;
import dev.asterism.sim.SimHost;
import dev.asterism.sim.SimLink;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.SimObserver;
import dev.asterism.sim.Trap;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Both ends of a pair begin a handshake and one is completed first. Nebula up to 1.6 keeps one session with a peer: it
 * forgets the other one at once, with every packet that is on the way in it (spec wire.md 5.6), so the handshake that
 * is not needed any more must not reach it. Here {@code stock} does that.
 */
class CrossingHandshakesSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MILLI = Duration.ofMillis(1);
    private static final int FLOW_MILLIS = 1_000;

    /** Ours looks for a peer that has not proven itself after 250 ms. */
    private static final Duration CONFIRMED_LATE = Duration.ofMillis(300);

    /** What a session that is newer does to the others of its peer. */
    private interface Takeover {
        void by(TunnelTable tunnels, Tunnel newest, List<Tunnel> others);
    }

    /** Nebula up to 1.6. */
    private static final Takeover FORGETS_OTHERS =
            (tunnels, _, others) -> others.forEach(tunnels::remove);

    /** Nebula from 1.7 on. */
    private static final Takeover PREFERS_NEWEST = (tunnels, newest, _) -> tunnels.promote(newest);

    private static void behaves(SimMesh sim, MeshHost stock, MeshHost peer, Takeover takeover) {
        sim.check(
                new SimObserver() {
                    @Override
                    public void emitted(SimHost by, MeshEvent event) {
                        if (by.equals(stock.sim())
                                && (event instanceof TunnelEvent.Answered
                                        || event instanceof TunnelEvent.Established)) {
                            sim.after(Duration.ZERO, () -> newest(stock, peer, takeover));
                        }
                    }
                });
    }

    private static void newest(MeshHost stock, MeshHost peer, Takeover takeover) {
        List<Tunnel> held = List.copyOf(stock.tunnelsTo(peer));
        held.stream()
                .reduce((one, other) -> TunnelTable.isNewer(one, other) ? one : other)
                .ifPresent(
                        newest ->
                                takeover.by(
                                        stock.node().node().tunnels(),
                                        newest,
                                        held.stream().filter(t -> !t.equals(newest)).toList()));
    }

    /** A packet each way each millisecond; returns how many did not arrive. */
    private static long lostOfAFlow(Mesh mesh, MeshHost a, MeshHost b) {
        long before = flowed(a) + flowed(b);
        for (int i = 0; i < FLOW_MILLIS; i++) {
            a.sendTo(b, "flow");
            b.sendTo(a, "flow");
            mesh.runFor(MILLI);
        }
        mesh.runFor(SECOND);
        return before + 2 * FLOW_MILLIS - flowed(a) - flowed(b);
    }

    private static long flowed(MeshHost host) {
        return host.sim().deliveries().stream().filter(d -> d.text().equals("flow")).count();
    }

    /** Ours looks for the peer itself when that does not prove itself, and finds it just then. */
    @Seeded
    void aHandshakeThatWasNotSentEndsWhenThePeerProvesItself(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost ours = mesh.host("ours");
        MeshHost stock = mesh.host("stock").knows(ours);
        behaves(sim, stock, ours, FORGETS_OTHERS);
        Trap packets =
                Trap.holding(
                        sim.network(),
                        d -> d.sender().equals(stock.name()) && d.type() != MessageType.HANDSHAKE);
        Trap requests = Trap.watching(sim.network(), message1From(ours));
        ours.start();
        stock.start();

        stock.sendTo(ours, "first");
        mesh.runUntil(ours.hasTunnelsTo(stock, 1), SECOND);
        mesh.runFor(CONFIRMED_LATE);
        assertThat(ours.isPending(stock)).as("begun, and knows no address").isTrue();
        packets.pass(0);
        packets.open();

        assertThat(lostOfAFlow(mesh, ours, stock)).isZero();
        assertThat(requests.caught()).isEmpty();
        assertThat(ours.isPending(stock)).isFalse();
        assertThat(superseded(ours)).isEqualTo(1);
        assertThat(stock.tunnelsTo(ours)).hasSize(1);
    }

    /** Ours knows where the peer is and asks it, besides beginning a handshake: the answer comes first. */
    @Seeded
    void aPeerThatHasNothingToSendIsAskedBeforeAHandshakeIsSent(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost ours = mesh.host("ours");
        MeshHost stock = mesh.host("stock").knows(ours);
        ours.knows(stock);
        behaves(sim, stock, ours, FORGETS_OTHERS);
        Trap requests = Trap.watching(sim.network(), message1From(ours));
        ours.start();
        stock.start();

        stock.node().handshakeWith(ours.address());
        mesh.runUntil(ours.hasTunnelsTo(stock, 1), SECOND);
        mesh.runFor(SECOND);

        assertThat(ours.primaryTo(stock)).matches(tunnel -> tunnel != null && tunnel.isConfirmed());
        assertThat(requests.caught()).isEmpty();
        assertThat(lostOfAFlow(mesh, ours, stock)).isZero();
    }

    /** Nebula 1.6 with the higher address ignores message 1 while its own is not answered. */
    @Seeded
    void aHandshakeThatWasSentIsNotRepeatedWhenThePeerHasProvenItself(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost ours = mesh.host("ours");
        MeshHost stock = mesh.host("stock");
        behaves(sim, stock, ours, FORGETS_OTHERS);
        Trap requests = ignoringTheFirst(sim, ours);
        mesh.startAcquainted(ours, stock);

        mesh.exchange(ours, stock, SECOND);

        assertThat(requests.caught()).hasSize(1);
        assertThat(lostOfAFlow(mesh, ours, stock)).isZero();
        assertThat(requests.caught()).as("not sent again").hasSize(1);
        assertThat(ours.isPending(stock)).isFalse();
        mesh.runFor(Duration.ofSeconds(5));
        assertThat(superseded(ours)).isEqualTo(1);
        assertThat(ours.node().node().control().handshakes().counters().timedOut()).isZero();
    }

    /** On a slow path the next try would go out before the peer can have proven itself. */
    @Seeded
    void aHandshakeWaitsForAPeerWhoseMessage1WasAnswered(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        sim.network().wideArea(SimLink.WIDE_AREA.withLatency(Duration.ofMillis(100)));
        MeshHost ours = mesh.host("ours");
        MeshHost stock = mesh.host("stock");
        behaves(sim, stock, ours, FORGETS_OTHERS);
        Trap requests = ignoringTheFirst(sim, ours);
        mesh.startAcquainted(ours, stock);

        mesh.exchange(ours, stock, SECOND);

        assertThat(lostOfAFlow(mesh, ours, stock)).isZero();
        assertThat(requests.caught()).hasSize(1);
    }

    /** Whoever sends message 1 in the peer's name delays a handshake by a quarter of a second, and once. */
    @Seeded
    void repeatedMessages1DoNotHoldAHandshakeUp(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost ours = mesh.host("ours");
        MeshHost stock = mesh.host("stock");
        Trap foreign = Trap.holding(sim.network(), message1From(stock));
        ours.knows(stock).start();
        stock.knows(ours).start();
        for (int i = 1; i <= 6; i++) {
            stock.node().handshakeWith(ours.address());
            mesh.runUntil(foreign.hasCaught(i), SECOND);
            stock.loseState();
            mesh.runFor(MILLI);
        }
        Trap lost = Trap.holding(sim.network(), message1From(ours));
        Trap answers = Trap.holding(sim.network(), message2From(ours));
        long probe = ours.sendTo(stock, "probe");
        mesh.runUntil(lost.hasCaught(1), SECOND);
        lost.open();

        for (int i = 0; i < 6; i++) {
            foreign.pass(i);
            mesh.runFor(Duration.ofMillis(150));
        }

        assertThat(answers.caught()).hasSize(6);
        assertThat(stock.sim().deliveries()).anyMatch(delivery -> delivery.probe() == probe);
    }

    /** The peer has taken ours all the same and message 2 is lost: its packets say so, or its recv_errors. */
    @Seeded
    void asksAgainForAMessage2ThatWasLostWhenThePeerPrefersThatSession(SimMesh sim) {
        findsThePeerAgain(sim, PREFERS_NEWEST);
    }

    @Seeded
    void asksAgainForAMessage2ThatWasLostWhenThePeerForgotTheOtherSession(SimMesh sim) {
        findsThePeerAgain(sim, FORGETS_OTHERS);
    }

    private void findsThePeerAgain(SimMesh sim, Takeover takeover) {
        Mesh mesh = new Mesh(sim);
        MeshHost ours = mesh.host("ours");
        MeshHost stock = mesh.host("stock");
        behaves(sim, stock, ours, takeover);
        Trap requests = Trap.holding(sim.network(), message1From(ours));
        mesh.startAcquainted(ours, stock);
        mesh.exchange(ours, stock, SECOND);
        assertThat(requests.caught()).isNotEmpty();
        Trap answers = Trap.holding(sim.network(), message2From(stock));

        requests.pass(0);
        requests.open();
        mesh.runUntil(answers.hasCaught(1), SECOND);
        answers.open();

        long _ = lostOfAFlow(mesh, ours, stock);
        assertThat(lostOfAFlow(mesh, ours, stock)).as("in the second after that").isZero();
        assertThat(answers.caught()).as("message 2").hasSizeGreaterThan(1);
    }

    /** As Nebula 1.6 does when its own address is the higher one and its message 1 is not answered yet. */
    private static Trap ignoringTheFirst(SimMesh sim, MeshHost from) {
        Trap requests = Trap.watching(sim.network(), message1From(from));
        sim.network()
                .intercept(
                        (datagram, onward) -> {
                            if (!message1From(from).test(datagram)
                                    || requests.caught().size() > 1) {
                                onward.accept(datagram);
                            }
                        });
        return requests;
    }

    private static long superseded(MeshHost host) {
        return host.node().node().control().handshakes().counters().superseded();
    }

    private static Predicate<SimDatagram> message1From(MeshHost sender) {
        return d -> d.sender().equals(sender.name()) && d.isHandshakeMessage(1);
    }

    private static Predicate<SimDatagram> message2From(MeshHost sender) {
        return d -> d.sender().equals(sender.name()) && d.isHandshakeMessage(2);
    }
}
