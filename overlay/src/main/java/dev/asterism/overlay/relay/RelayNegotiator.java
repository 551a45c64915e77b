package dev.asterism.overlay.relay;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.relay.RelayMessage.Form;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes relay entries by asking neighbours and by answering them (spec wire.md 8.3 to 8.6), as one of the ends and as
 * the relay. Everything that a message may cause is bounded: entries by {@link RelayTable}, requests that are passed on
 * by a rate for each pair. Control plane only.
 */
public final class RelayNegotiator {

    private final TunnelTable tunnels;
    private final RelayTable table;
    private final RelayPaths paths;
    private final Supplier<RelayPolicy> policy;
    private final RelayLink link;
    private final EventSink events;
    private final RelayMessageSender out;
    private final RelayAdmission admission;
    private final RelayMigration migration;
    private final RelayAsker asker;
    private final AwaitedTargets awaited = new AwaitedTargets();
    private final DisusedEntries disused;

    /**
     * @param policy the one in force; another answer after a reload
     */
    public RelayNegotiator(
            TunnelTable tunnels,
            RelayTable table,
            RandomSource random,
            Supplier<RelayPolicy> policy,
            RelayLink link,
            EventSink events) {
        this.tunnels = tunnels;
        this.table = table;
        this.paths = new RelayPaths(tunnels, table, policy);
        this.policy = policy;
        this.link = link;
        this.events = events;
        this.out = new RelayMessageSender(link, events);
        this.admission = new RelayAdmission(table, random, policy, out);
        this.migration = new RelayMigration(tunnels, admission);
        this.asker = new RelayAsker(tunnels, paths, admission, link, events);
        this.disused = new DisusedEntries(tunnels, table, paths);
    }

    public RelayPaths paths() {
        return paths;
    }

    /**
     * One try of a handshake that has not been answered: asks each relay, or sends message 1 through those that are
     * ready.
     *
     * @param relays through which the peer says it can be reached
     * @return through how many relays message 1 went
     */
    public int attempt(Ip peer, List<Ip> relays, RelayTry why, byte[] message1, Tick now) {
        return asker.attempt(peer, relays, why, message1, now);
    }

    /**
     * Makes a relay ready to carry what goes to the peer, though nothing goes through it now.
     *
     * @param again whether to ask for what there is once more, as it does not work
     * @return the entry that can be used; null when something is missing, which is begun
     */
    public @Nullable RelayEntry prepare(Ip peer, Ip relay, boolean again) {
        return asker.prepare(peer, relay, again);
    }

    /**
     * The entry by which packets to the peer can go through that relay now, or null.
     *
     * @param asks whether the relay is asked for one then
     */
    public @Nullable RelayEntry ready(Tunnel peer, Ip relay, boolean asks) {
        return asker.ready(peer, relay, asks);
    }

    /** By local index; null when there is none. */
    public @Nullable RelayEntry entry(int localIndex) {
        return table.byIndex(localIndex);
    }

    /** For people and metrics. */
    public RelayTotals totals() {
        return new RelayTotals(table.totals(), out.refused());
    }

    /** An authentic control message; takes any payload. */
    public void message(Tunnel by, Bytes payload, Tick now) {
        RelayMessage message = RelayMessage.decode(payload);
        if (message == null) {
            Ip sender = by.primaryAddress();
            out.refuse(by, sender, sender, RelayRefusal.MALFORMED);
            return;
        }
        switch (message.kind()) {
            case REQUEST -> onRequest(by, message, now);
            case RESPONSE -> onResponse(by, message);
        }
    }

    private void onRequest(Tunnel by, RelayMessage message, Tick now) {
        RelayPolicy current = policy.get();
        if (current.isOwn(message.from())) {
            out.refuse(by, message, RelayRefusal.FROM_OURSELVES);
        } else if (current.isOwn(message.to())) {
            if (by.addresses().contains(message.from())) { // it need not go through itself
                out.refuse(by, message, RelayRefusal.UNEXPECTED);
            } else if (current.forbidsRelaysTo(message.from())) {
                out.refuse(by, message, RelayRefusal.FORBIDDEN_HERE);
            } else {
                onRequestForUs(by, message);
            }
        } else if (!current.amRelay()) {
            out.refuse(by, message, RelayRefusal.NOT_A_RELAY);
        } else if (!by.addresses().contains(message.from())) {
            out.refuse(by, message, RelayRefusal.FROM_IS_NOT_THE_SENDER);
        } else if (by.addresses().contains(message.to())) {
            out.refuse(by, message, RelayRefusal.UNEXPECTED);
        } else {
            onRequestToForward(by, message, now);
        }
    }

    /** We are the end that is looked for. */
    private void onRequestForUs(Tunnel by, RelayMessage message) {
        int theirs = message.initiatorIndex();
        RelayEntry entry = table.entry(by, message.from());
        if (entry == null) {
            entry =
                    admission.add(
                            by, message.from(), RelayRole.TERMINAL, RelayState.ESTABLISHED, theirs);
            if (entry == null) {
                return;
            }
        } else if (entry.role() != RelayRole.TERMINAL) {
            out.refuse(by, message, RelayRefusal.UNEXPECTED);
            return;
        } else if (entry.state() == RelayState.ESTABLISHED && entry.remoteIndex() != theirs) {
            out.refuse(by, message, RelayRefusal.INDEX_CHANGED);
            return;
        }
        entry.remoteIndex(theirs);
        establish(entry);
        out.answer(entry, message.form(), message.from(), message.to());
    }

    /** We are the relay. */
    private void onRequestToForward(Tunnel by, RelayMessage message, Tick now) {
        Tunnel target = tunnels.byOverlay(message.to());
        if (target == null) {
            boolean begun = by.watch().repeats().relayTargets.take(now.nanos());
            if (begun) {
                link.connect(message.to());
                awaited.add(by, message, now.nanos());
            }
            out.refuse(
                    by, message, begun ? RelayRefusal.NOT_CONNECTED : RelayRefusal.HOST_TOO_OFTEN);
            return;
        }
        if (target.remote() == null) {
            out.refuse(by, message, RelayRefusal.NO_DIRECT_PATH);
            return;
        }
        RelayEntry leg = table.entry(by, message.to());
        if (leg == null) {
            leg =
                    admission.add(
                            by,
                            message.to(),
                            RelayRole.FORWARDING,
                            RelayState.PEER_REQUESTED,
                            message.initiatorIndex());
        } else if (leg.role() == RelayRole.FORWARDING) { // as Nebula 1.6.1 does
            leg.remoteIndex(message.initiatorIndex());
        }
        RelayEntry onward = table.entry(target, message.from());
        if (onward == null && leg != null) {
            onward =
                    admission.add(
                            target, message.from(), RelayRole.FORWARDING, RelayState.REQUESTED, 0);
        }
        if (leg == null || onward == null) {
            return; // no room; the admission has said so
        }
        if (leg.role() != RelayRole.FORWARDING || onward.role() != RelayRole.FORWARDING) {
            out.refuse(by, message, RelayRefusal.UNEXPECTED);
            return;
        }
        if (!onward.takeRequest(now.nanos())) {
            out.refuse(by, message, RelayRefusal.PAIR_TOO_OFTEN);
            return;
        }
        onward.requested();
        out.request(onward, message.form(), by.primaryAddress(), message.to());
    }

    private void onResponse(Tunnel by, RelayMessage message) {
        RelayEntry entry = table.byIndex(message.initiatorIndex());
        if (entry == null || entry.tunnel() != by) {
            out.refuse(by, message, RelayRefusal.UNKNOWN_INDEX);
            return;
        }
        if (entry.state() != RelayState.REQUESTED && entry.state() != RelayState.ESTABLISHED) {
            out.refuse(by, message, RelayRefusal.UNEXPECTED);
            return;
        }
        entry.remoteIndex(message.responderIndex());
        establish(entry);
        if (entry.role() == RelayRole.TERMINAL) {
            link.relayReady(entry.peer());
        } else {
            answerRequester(entry, message);
        }
    }

    /**
     * The second leg is there: so is the path, and whoever asked for it is told. It may have asked
     * for several addresses of the peer, not knowing yet that they are one host's; packets for each
     * of them go on by this leg. Another session of it may have asked as well.
     */
    private void answerRequester(RelayEntry entry, RelayMessage message) {
        for (Tunnel requester : tunnels.allOf(entry.peer())) {
            RelayEntry wanted = wantedLeg(requester, entry.tunnel(), message.to());
            for (Ip end : entry.tunnel().addresses()) {
                RelayEntry leg = forwarding(requester, end);
                if (leg != null
                        && (leg == wanted && leg.state() != RelayState.REQUESTED // asked itself
                                || leg.state() == RelayState.PEER_REQUESTED)) {
                    establish(leg);
                    answer(leg, message, requester, leg == wanted ? message.to() : end);
                }
            }
        }
    }

    /** That for the address in the message, else the first for any address of the peer. */
    private @Nullable RelayEntry wantedLeg(Tunnel requester, Tunnel peer, Ip to) {
        RelayEntry leg = peer.addresses().contains(to) ? forwarding(requester, to) : null;
        for (Ip end : peer.addresses()) {
            leg = leg == null ? forwarding(requester, end) : leg;
        }
        return leg;
    }

    private @Nullable RelayEntry forwarding(Tunnel tunnel, Ip end) {
        RelayEntry leg = table.entry(tunnel, end);
        return leg == null || leg.role() != RelayRole.FORWARDING ? null : leg;
    }

    private void answer(RelayEntry leg, RelayMessage message, Tunnel requester, Ip to) {
        Ip from = requester.primaryAddress();
        Form form = message.form().canHold(from, to) ? message.form() : Form.V2;
        out.answer(leg, form, from, to);
    }

    private void establish(RelayEntry entry) {
        boolean fresh = !entry.isUsable();
        entry.established();
        table.link(entry);
        paths.changed(entry);
        if (fresh) {
            events.emit(
                    new RelayEvent.Established(
                            entry.role(),
                            entry.tunnel().primaryAddress(),
                            entry.tunnel().peerName(),
                            entry.peer()));
        }
    }

    /**
     * The peer of this tunnel is there. Requests for a relay to it that came before are followed now. If it is a relay
     * by whose older session nothing comes any more, it is asked to carry here what it carried there.
     */
    public void connected(Tunnel tunnel, Tick now) {
        for (AwaitedTargets.Request request : awaited.take(tunnel.addresses(), now.nanos())) {
            onRequest(request.by(), request.message(), now);
        }
        if (tunnel.remote() != null && policy.get().useRelays()) {
            for (Ip peer : migration.carriedInVain(tunnel, now)) {
                asker.ask(tunnel, peer);
            }
        }
    }

    /**
     * The peer has answered, or is to be answered, by this path. Through a relay: the other end is there, and the relay
     * is one by which the tunnel can be reached.
     */
    public void reached(Tunnel tunnel, @Nullable Path by) {
        if (by instanceof Path.Relayed(RelayLeg leg)) {
            reached(leg);
            paths.add(tunnel, leg);
        }
    }

    /**
     * As above, by the first packet that the peer has sent on a tunnel of its message 1. That came through every relay,
     * and so did our answers; the one through the relay of this packet has arrived.
     */
    public void chosenByPeer(Tunnel tunnel, @Nullable Path by) {
        if (by instanceof Path.Relayed(RelayLeg leg)) {
            reached(leg);
            paths.prefer(tunnel, leg);
        }
    }

    private void reached(RelayLeg leg) {
        if (leg instanceof RelayEntry entry
                && !entry.tunnel().isRemoved()
                && table.byIndex(entry.localIndex()) == entry // it may have had to make room
                && entry.state() == RelayState.DISESTABLISHED) {
            establish(entry);
        }
    }

    /** At a check of a tunnel: entries that were used move to the peer's newer session (spec wire.md 8.6). */
    public void checked(Tunnel tunnel) {
        migration.checked(tunnel);
    }

    /**
     * A tunnel was removed from its table.
     *
     * @param last whether it was the peer's last one: relays can forget what they carried for it
     */
    public void removed(Tunnel tunnel, boolean last) {
        disused.removed(tunnel, last);
        awaited.removed(tunnel);
    }

    /** Another configuration is in force: who is no relay any more stops forwarding at once. */
    public void reconfigured() {
        if (!policy.get().amRelay()) {
            disused.stopForwarding();
        }
    }
}
