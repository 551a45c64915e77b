package dev.asterism.mesh;

import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.SimDatagram;
import dev.asterism.sim.SimObserver;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads the reserved bits of every header on the wire: the mark of an unfinished checksum goes from
 * one node that shows the extension to another that does, on packets only, and nothing else ever
 * stands there.
 */
final class MarkWatch implements SimObserver {

    private static final int MARK = 0x8000;

    /** A direction in which marks are lawful. */
    record Pair(String from, String to) {}

    private final Map<UnderlayAddr, String> names = new LinkedHashMap<>();
    private final Set<String> showing = new LinkedHashSet<>();
    private final Map<Pair, Integer> marked = new LinkedHashMap<>();

    void add(MeshHost host, boolean showsExtension) {
        names.put(host.endpoint(), host.name());
        if (showsExtension) {
            showing.add(host.name());
        }
    }

    boolean agrees(MeshHost from, MeshHost to) {
        return showing.contains(from.name()) && showing.contains(to.name());
    }

    int marked(MeshHost from, MeshHost to) {
        return marked.getOrDefault(new Pair(from.name(), to.name()), 0);
    }

    static int reserved(SimDatagram datagram) {
        return (datagram.content().at(2) & 0xFF) << 8 | datagram.content().at(3) & 0xFF;
    }

    @Override
    public void sent(SimDatagram datagram) {
        if (datagram.isInjected() || !datagram.hasHeader() || reserved(datagram) == 0) {
            return;
        }
        String to = names.getOrDefault(datagram.to(), "nobody");
        boolean lawful =
                reserved(datagram) == MARK
                        && datagram.type() == MessageType.MESSAGE
                        && datagram.subtype() == MessageType.MESSAGE_NONE
                        && datagram.content().length() > Header.LENGTH
                        && showing.contains(datagram.sender())
                        && showing.contains(to);
        if (!lawful) {
            throw new AssertionError(
                    "reserved bits %04x from %s to %s"
                            .formatted(reserved(datagram), datagram.sender(), to));
        }
        marked.merge(new Pair(datagram.sender(), to), 1, Integer::sum);
    }
}
