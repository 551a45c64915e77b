package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Keeps datagrams that a test is interested in: holds them back until released, or lets them pass and remembers. */
public final class Trap implements Intercept {

    private record Held(SimDatagram datagram, Consumer<SimDatagram> onward) {}

    private final Predicate<SimDatagram> wanted;
    private final List<SimDatagram> caught = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();
    private boolean holding;

    private Trap(Predicate<SimDatagram> wanted, boolean holding) {
        this.wanted = wanted;
        this.holding = holding;
    }

    /** Lets everything pass. */
    public static Trap watching(SimNetwork network, Predicate<SimDatagram> wanted) {
        return set(network, new Trap(wanted, false));
    }

    /** Holds back what is wanted, until it is released. */
    public static Trap holding(SimNetwork network, Predicate<SimDatagram> wanted) {
        return set(network, new Trap(wanted, true));
    }

    private static Trap set(SimNetwork network, Trap trap) {
        network.intercept(trap);
        return trap;
    }

    @Override
    public void handle(SimDatagram datagram, Consumer<SimDatagram> onward) {
        boolean mine = wanted.test(datagram);
        if (mine) {
            caught.add(datagram);
        }
        if (mine && holding) {
            held.add(new Held(datagram, onward));
        } else {
            onward.accept(datagram);
        }
    }

    /** All that were wanted, held or not, oldest first. */
    public List<SimDatagram> caught() {
        return caught;
    }

    public Condition hasCaught(int count) {
        return Condition.of(
                "the trap has caught " + count + " datagrams", () -> caught.size() >= count);
    }

    /** Sends one of those that are held on its way, once more each time; it stays held. */
    public void pass(int which) {
        Held one = held.get(which);
        one.onward.accept(one.datagram);
    }

    /** As {@link #pass(int)} with other content. */
    public void pass(int which, Bytes content) {
        Held one = held.get(which);
        one.onward.accept(one.datagram.withContent(content));
    }

    /** Holds nothing from now on; what is held stays until passed. */
    public void open() {
        holding = false;
    }
}
