package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A packet comes out of a TUN at most once, unchanged, with right checksums, only if some host put it in, and
 * only where the scenario allows it. Packets without a probe are checked against the scenario only.
 */
final class DeliveryCheck implements SimObserver {

    private record Place(String host, Bytes packet) {}

    private final Map<Long, List<Bytes>> injected = new LinkedHashMap<>();
    private final Set<Place> delivered = new LinkedHashSet<>();
    private Predicate<Delivery> allowed = delivery -> true;

    /** Narrows what may be delivered; all predicates must agree. */
    void allowOnly(Predicate<Delivery> predicate) {
        allowed = allowed.and(predicate);
    }

    @Override
    public void injected(SimHost from, Bytes packet, int segmentSize) {
        for (Bytes piece : SuperPacket.split(packet, segmentSize, segmentSize != 0)) {
            long probe = Probe.numberIn(piece);
            if (probe >= 0) {
                injected.computeIfAbsent(probe, p -> new ArrayList<>()).add(comparable(piece));
            }
        }
    }

    @Override
    public void delivered(Delivery delivery) {
        String what = "probe " + delivery.probe() + " at " + delivery.host().name();
        if (!allowed.test(delivery)) {
            throw new InvariantBroken("delivered only what is allowed", what);
        }
        if (delivery.probe() < 0) {
            return;
        }
        Bytes packet = comparable(delivery.packet());
        if (!delivery.checksumsHold()
                || !injected.getOrDefault(delivery.probe(), List.of()).contains(packet)) {
            throw new InvariantBroken("delivered unchanged", what);
        }
        if (!delivered.add(new Place(delivery.host().name(), packet))) {
            throw new InvariantBroken("delivered at most once", what);
        }
    }

    @Override
    public void rejectedByStack(SimHost host, Bytes packet, String reason) {
        long probe = Probe.numberIn(packet);
        if (probe >= 0) {
            throw new InvariantBroken(
                    "delivered unchanged", "probe " + probe + " at " + host.name() + ": " + reason);
        }
    }

    /** Without the IPv4 identification, which splitting a super-packet may number anew, and its checksum. */
    private static Bytes comparable(Bytes packet) {
        byte[] bytes = packet.toArray();
        if (!IpLayout.isIpv4(bytes)) {
            return packet;
        }
        Arrays.fill(bytes, 4, 6, (byte) 0);
        Arrays.fill(bytes, 10, 12, (byte) 0);
        return Bytes.owning(bytes);
    }
}
