package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A datagram between hosts, with the addresses it has outside the sender's NAT.
 *
 * @param sender the host's name, whatever the source address claims
 */
public record SimDatagram(
        long sentNanos, String sender, UnderlayAddr from, UnderlayAddr to, Bytes content) {

    /** The sender of what no host has sent. */
    static final String ATTACKER = "attacker";

    /** True for what a test injected: it says nothing about what nodes do. */
    public boolean isInjected() {
        return sender.equals(ATTACKER);
    }

    public SimDatagram withContent(Bytes other) {
        return new SimDatagram(sentNanos, sender, from, to, other);
    }

    /** Bytes with the IP and UDP headers. */
    int ipLength() {
        return content.length() + (to.ip().isIpv4() ? 28 : 48);
    }

    public boolean hasHeader() {
        return content.length() >= Header.LENGTH && Header.isValid(content.asSegment(), 0);
    }

    /** Null when it has no valid header. */
    public @Nullable MessageType type() {
        return hasHeader() ? MessageType.ofNumber(Header.typeNumber(content.asSegment(), 0)) : null;
    }

    /** Needs a header. */
    public int subtype() {
        return Header.subtype(content.asSegment(), 0);
    }

    /** Needs a header. */
    public int remoteIndex() {
        return Header.remoteIndex(content.asSegment(), 0);
    }

    /** Needs a header. */
    public long counter() {
        return Header.counter(content.asSegment(), 0);
    }

    /** True for handshake message 1 or 2. */
    public boolean isHandshakeMessage(int number) {
        return type() == MessageType.HANDSHAKE && counter() == number;
    }

    /** What a reader of a diagram wants to see of the header. */
    String summary() {
        MessageType type = type();
        if (type == null) {
            return content.length() + " bytes without header";
        }
        return String.format(
                Locale.ROOT,
                "%s/%d c=%d i=%08x %dB",
                type,
                subtype(),
                counter(),
                remoteIndex(),
                content.length());
    }
}
