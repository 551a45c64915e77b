package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The side of the TUN where applications are: what goes in, what came out. */
final class HostStack {

    private final SimHost host;
    private final SimClock clock;
    private final SimObserver observer;
    private final List<SimTun> queues = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private final List<Consumer<Delivery>> applications = new ArrayList<>();

    HostStack(SimHost host, SimClock clock, SimObserver observer) {
        this.host = host;
        this.clock = clock;
        this.observer = observer;
    }

    SimTun open() {
        SimTun queue = new SimTun(host);
        queues.add(queue);
        return queue;
    }

    void closed(SimTun queue) {
        queues.remove(queue);
    }

    void closeAll() {
        List.copyOf(queues).forEach(SimTun::close);
    }

    /** False when the host has no TUN, or its queue is full. */
    boolean inject(Bytes packet, int segmentSize) {
        observer.injected(host, packet, segmentSize);
        ParsedPacket parsed = ParsedPacket.parse(packet);
        int flow = parsed == null ? 0 : parsed.flow().hashCode();
        return !queues.isEmpty()
                && queues.get(Math.floorMod(flow, queues.size())).offer(packet, segmentSize);
    }

    void delivered(Bytes packet, int segmentSize, boolean checksumPartial) {
        for (Bytes piece : SuperPacket.split(packet, segmentSize, checksumPartial)) {
            Delivery delivery = new Delivery(clock.nanos(), host, piece, Probe.numberIn(piece));
            deliveries.add(delivery);
            observer.delivered(delivery);
            // Later, as an application's answer must not enter the node in the middle of its work.
            applications.forEach(app -> clock.at(clock.nanos(), () -> app.accept(delivery)));
        }
    }

    void onDelivery(Consumer<Delivery> application) {
        applications.add(application);
    }

    List<Delivery> deliveries() {
        return new ArrayList<>(deliveries);
    }
}
