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

    private int superPackets;

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
        if (queues.isEmpty()) {
            return false;
        }
        ParsedPacket parsed = ParsedPacket.parse(packet);
        int flow = parsed == null ? 0 : parsed.flow().hashCode();
        SimTun queue = queues.get(Math.floorMod(flow, queues.size()));
        if (host.offloads()) {
            boolean partial = parsed != null && InternetChecksum.mayBePartial(packet.toArray());
            return queue.offer(
                    partial ? InternetChecksum.partial(packet) : packet, segmentSize, partial);
        }
        boolean taken = true;
        for (Bytes piece : SuperPacket.split(packet, segmentSize, segmentSize != 0)) {
            taken &= queue.offer(piece, 0, false);
        }
        return taken;
    }

    void delivered(Bytes packet, int segmentSize, boolean checksumPartial) {
        String refusal = refusal(packet, segmentSize, checksumPartial);
        if (!refusal.isEmpty()) {
            observer.rejectedByStack(host, packet, refusal);
            return;
        }
        superPackets += segmentSize == 0 ? 0 : 1;
        for (Bytes piece : SuperPacket.split(packet, segmentSize, checksumPartial)) {
            Delivery delivery = new Delivery(clock.nanos(), host, piece, Probe.numberIn(piece));
            deliveries.add(delivery);
            observer.delivered(delivery);
            // Later, as an application's answer must not enter the node in the middle of its work.
            applications.forEach(app -> clock.at(clock.nanos(), () -> app.accept(delivery)));
        }
    }

    /** What the kernel has against a packet; it does not finish a checksum that would come out wrong. */
    private String refusal(Bytes packet, int segmentSize, boolean checksumPartial) {
        if (!host.offloads() && (segmentSize != 0 || checksumPartial)) {
            return "needs offloads that the device has not";
        }
        if (ParsedPacket.parse(packet) == null) {
            return "cut short";
        }
        byte[] bytes = packet.toArray();
        if (!IpLayout.lengthsAgree(bytes)) {
            return "wrong length";
        }
        if (checksumPartial) {
            return InternetChecksum.isPartial(bytes) ? "" : "wrong sum of the pseudo header";
        }
        boolean right = IpLayout.isFragment(bytes) || InternetChecksum.holds(bytes);
        return segmentSize == 0 && right ? "" : "wrong checksum";
    }

    void onDelivery(Consumer<Delivery> application) {
        applications.add(application);
    }

    int superPackets() {
        return superPackets;
    }

    List<Delivery> deliveries() {
        return new ArrayList<>(deliveries);
    }
}
