package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * No key seals two messages with one counter. Keys cannot be seen, so a receiver's index stands for the key:
 * what one host sends to one index with one counter must always be the same bytes. Handshake and RecvError
 * counters are no nonces. The datagram inside a relay frame is checked as well; any forwarder may repeat it.
 */
final class NonceCheck implements SimObserver {

    private static final String INVARIANT = "a counter is used once per key";

    private record Use(String sender, int remoteIndex, long counter) {}

    private final Map<Use, Bytes> seen = new LinkedHashMap<>();

    @Override
    public void sent(SimDatagram datagram) {
        MessageType type = datagram.type();
        if (!isSealed(type)) {
            return;
        }
        check(datagram.sender(), datagram);
        if (type == MessageType.MESSAGE && datagram.subtype() == MessageType.MESSAGE_RELAY) {
            SimDatagram inner = insideRelayFrame(datagram);
            if (inner != null && isSealed(inner.type())) {
                check("", inner);
            }
        }
    }

    private void check(String sender, SimDatagram datagram) {
        Use use = new Use(sender, datagram.remoteIndex(), datagram.counter());
        Bytes before = seen.putIfAbsent(use, datagram.content());
        if (before != null && !before.equals(datagram.content())) {
            throw new InvariantBroken(
                    INVARIANT,
                    datagram.sender() + " sent different bytes as " + datagram.summary());
        }
    }

    private static boolean isSealed(@Nullable MessageType type) {
        return type != null && type != MessageType.HANDSHAKE && type != MessageType.RECV_ERROR;
    }

    /** A relay frame is a header, the carried datagram in clear, and a tag (spec wire.md, relays). */
    private static @Nullable SimDatagram insideRelayFrame(SimDatagram frame) {
        int length = frame.content().length() - Header.LENGTH - 16;
        return length < Header.LENGTH
                ? null
                : frame.withContent(frame.content().slice(Header.LENGTH, length));
    }
}
