package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The internet between hosts: realms joined by NATs, and one link per direction and pair of hosts. A
 * datagram is translated outwards when it is sent, travels one link, and is translated inwards when it arrives.
 */
public final class SimNetwork {

    private record Direction(String from, String to) {}

    private final SimClock clock;
    private final SimRandom random;
    private final SimObserver observer;
    private final Realm internet = new Realm(null, Ip.of("198.51.100.1"));
    private final Map<Direction, LinkDirection> directions = new LinkedHashMap<>();
    private final List<Intercept> intercepts = new ArrayList<>();
    private SimLink wideArea = SimLink.WIDE_AREA;
    private int nats;

    SimNetwork(SimClock clock, SimRandom random, SimObserver observer) {
        this.clock = clock;
        this.random = random;
        this.observer = observer;
    }

    Realm internet() {
        return internet;
    }

    /** A NAT on the internet. */
    public SimNat nat(NatBehaviour behaviour) {
        return natInside(internet, behaviour);
    }

    /** A NAT behind a NAT. */
    public SimNat natBehind(SimNat outer, NatBehaviour behaviour) {
        return natInside(outer.inside(), behaviour);
    }

    private SimNat natInside(Realm outside, NatBehaviour behaviour) {
        String name = "nat" + ++nats;
        Ip firstInside = Ip.ofIpv4(0xC0A8_0002 + (nats << 8));
        return new SimNat(name, behaviour, outside, firstInside, random.stream(name));
    }

    /** What links between realms are unless configured. */
    public void wideArea(SimLink link) {
        wideArea = link;
    }

    /** Configures one direction. */
    public void oneWay(SimHost from, SimHost to, SimLink link) {
        direction(from.name(), to.name()).configure(link);
    }

    public void link(SimHost a, SimHost b, SimLink link) {
        oneWay(a, b, link);
        oneWay(b, a, link);
    }

    /** From now on nothing gets from one to the other; what is under way arrives. */
    public void cutOneWay(SimHost from, SimHost to) {
        direction(from.name(), to.name()).cut(true);
    }

    public void cut(SimHost a, SimHost b) {
        cutOneWay(a, b);
        cutOneWay(b, a);
    }

    /** Takes back {@link #cut} and {@link #cutOneWay} in both directions. */
    public void heal(SimHost a, SimHost b) {
        direction(a.name(), b.name()).cut(false);
        direction(b.name(), a.name()).cut(false);
    }

    boolean isCut(SimHost from, SimHost to) {
        return direction(from.name(), to.name()).isCut();
    }

    /** Adds a hand in the network; with several, the first one added sees a datagram first. */
    public void intercept(Intercept intercept) {
        intercepts.add(intercept);
    }

    /** A datagram from nobody, with any source address, on its way over the internet. */
    public void inject(UnderlayAddr from, UnderlayAddr to, Bytes content) {
        SimDatagram datagram =
                new SimDatagram(clock.nanos(), SimDatagram.ATTACKER, from, to, content);
        observer.sent(datagram);
        travel(internet, datagram);
    }

    /** A recorded datagram once more, to where it went, from where it came. */
    public void replay(SimDatagram recorded) {
        inject(recorded.from(), recorded.to(), recorded.content());
    }

    void send(SimHost host, UnderlayAddr source, UnderlayAddr to, Bytes content) {
        UnderlayAddr from = source;
        Realm realm = host.realmFor(to.ip());
        SimNat crossed = null;
        String refusal = null;
        while (refusal == null && realm.ownerOf(to.ip()) == null && realm.gateway() != null) {
            crossed = realm.gateway();
            UnderlayAddr translated = crossed.outbound(from, to, clock.nanos());
            if (translated == null) {
                refusal = "no free port at " + crossed.name();
            } else {
                from = translated;
                realm = crossed.outside();
            }
        }
        if (crossed != null
                && crossed == realm.ownerOf(to.ip())
                && !crossed.behaviour().hairpin()) {
            refusal = "no hairpin at " + crossed.name();
        }
        SimDatagram datagram = new SimDatagram(clock.nanos(), host.name(), from, to, content);
        observer.sent(datagram);
        if (refusal != null) {
            observer.lost(datagram, refusal);
        } else {
            passIntercepts(0, realm, datagram);
        }
    }

    private void passIntercepts(int next, Realm realm, SimDatagram datagram) {
        if (next == intercepts.size()) {
            travel(realm, datagram);
            return;
        }
        Consumer<SimDatagram> onward = passed -> passIntercepts(next + 1, realm, passed);
        intercepts.get(next).handle(datagram, onward);
    }

    private void travel(Realm realm, SimDatagram datagram) {
        SimDatagram leaving =
                new SimDatagram(
                        clock.nanos(),
                        datagram.sender(),
                        datagram.from(),
                        datagram.to(),
                        datagram.content());
        SimHost receiver = likelyReceiver(realm, leaving.to());
        String far = receiver == null ? leaving.to().ip().toString() : receiver.name();
        direction(leaving.sender(), far)
                .carry(
                        leaving,
                        realm == internet ? wideArea : SimLink.LOCAL_AREA,
                        (arrival, carried) -> clock.at(arrival, () -> arrive(realm, carried)),
                        reason -> observer.lost(leaving, reason));
    }

    private void arrive(Realm realm, SimDatagram datagram) {
        switch (realm.ownerOf(datagram.to().ip())) {
            case null -> observer.lost(datagram, "nobody has that address");
            case SimHost host -> host.arrived(datagram);
            case SimNat nat -> {
                UnderlayAddr inside = nat.inbound(datagram.from(), datagram.to(), clock.nanos());
                if (inside == null) {
                    observer.lost(datagram, "filtered by " + nat.name());
                } else {
                    arrive(nat.inside(), readdressed(datagram, inside));
                }
            }
        }
    }

    private static SimDatagram readdressed(SimDatagram datagram, UnderlayAddr to) {
        return new SimDatagram(
                datagram.sentNanos(), datagram.sender(), datagram.from(), to, datagram.content());
    }

    /** Looks through NATs, filtered or not: which link a datagram takes must not depend on filters. */
    private static @Nullable SimHost likelyReceiver(Realm realm, UnderlayAddr to) {
        return switch (realm.ownerOf(to.ip())) {
            case null -> null;
            case SimHost host -> host;
            case SimNat nat -> {
                UnderlayAddr inside = nat.insideOf(to.port());
                yield inside == null ? null : likelyReceiver(nat.inside(), inside);
            }
        };
    }

    private LinkDirection direction(String from, String to) {
        return directions.computeIfAbsent(
                new Direction(from, to),
                d -> new LinkDirection(random.stream(d.from + ">" + d.to)));
    }
}
