package dev.asterism.sim;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.io.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Tells several observers, in the order in which they were added. */
final class ObserverChain implements SimObserver {

    private final List<SimObserver> observers = new ArrayList<>();

    void add(SimObserver observer) {
        observers.add(observer);
    }

    @Override
    public void sent(SimDatagram datagram) {
        tell(o -> o.sent(datagram));
    }

    @Override
    public void arrived(SimDatagram datagram, SimHost at) {
        tell(o -> o.arrived(datagram, at));
    }

    @Override
    public void lost(SimDatagram datagram, String reason) {
        tell(o -> o.lost(datagram, reason));
    }

    @Override
    public void injected(SimHost from, Bytes packet, int segmentSize) {
        tell(o -> o.injected(from, packet, segmentSize));
    }

    @Override
    public void delivered(Delivery delivery) {
        tell(o -> o.delivered(delivery));
    }

    @Override
    public void rejectedByStack(SimHost host, Bytes packet, String reason) {
        tell(o -> o.rejectedByStack(host, packet, reason));
    }

    @Override
    public void emitted(SimHost by, MeshEvent event) {
        tell(o -> o.emitted(by, event));
    }

    @Override
    public void rested(SimHost host) {
        tell(o -> o.rested(host));
    }

    @Override
    public void finished() {
        tell(SimObserver::finished);
    }

    private void tell(Consumer<SimObserver> what) {
        observers.forEach(what);
    }
}
