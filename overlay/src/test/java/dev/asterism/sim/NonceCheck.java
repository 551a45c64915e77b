package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * No key seals two messages with one counter. Keys cannot be seen, so a receiver's index stands for the key:
 * what one host sends to one index with one counter must always be the same bytes. A responder may have several
 * keys for one index, as an initiator keeps its index while message 1 is damaged or answered anew: as many as
 * different messages 2 it has sent there. Handshake and RecvError counters are no nonces. The datagram inside a
 * relay frame is checked as well; any forwarder may repeat it.
 */
final class NonceCheck implements SimObserver {

    private static final String INVARIANT = "a counter is used once per key";
    private static final String ANY_FORWARDER = "";

    private record Direction(String sender, int remoteIndex) {}

    /** What one host has sent to one index. */
    private static final class Uses {
        private final Set<Bytes> messages2 = new LinkedHashSet<>();
        private final Map<Long, Set<Bytes>> byCounter = new LinkedHashMap<>();
    }

    private final Map<Direction, Uses> seen = new LinkedHashMap<>();

    @Override
    public void sent(SimDatagram datagram) {
        if (datagram.isInjected()) {
            return;
        }
        check(datagram.sender(), datagram);
        SimDatagram inner = insideRelayFrame(datagram);
        if (inner != null) {
            check(ANY_FORWARDER, inner);
        }
    }

    private void check(String sender, SimDatagram datagram) {
        MessageType type = datagram.type();
        if (type == null || type == MessageType.RECV_ERROR) {
            return;
        }
        Uses uses =
                seen.computeIfAbsent(
                        new Direction(sender, datagram.remoteIndex()), d -> new Uses());
        if (type != MessageType.HANDSHAKE) {
            requireFresh(uses, datagram);
        } else if (datagram.counter() == 2) {
            uses.messages2.add(datagram.content());
        }
    }

    private static void requireFresh(Uses uses, SimDatagram datagram) {
        Set<Bytes> sealed =
                uses.byCounter.computeIfAbsent(datagram.counter(), c -> new LinkedHashSet<>());
        sealed.add(datagram.content());
        if (sealed.size() > Math.max(1, uses.messages2.size())) {
            throw new InvariantBroken(
                    INVARIANT,
                    datagram.sender() + " sent different bytes as " + datagram.summary());
        }
    }

    /** A relay frame is a header, the carried datagram in clear, and a tag (spec wire.md, relays). */
    private static @Nullable SimDatagram insideRelayFrame(SimDatagram frame) {
        int length = frame.content().length() - Header.LENGTH - 16;
        boolean relayed =
                frame.type() == MessageType.MESSAGE
                        && frame.subtype() == MessageType.MESSAGE_RELAY
                        && length >= Header.LENGTH;
        return relayed ? frame.withContent(frame.content().slice(Header.LENGTH, length)) : null;
    }
}
