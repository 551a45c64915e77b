package dev.asterism.lighthouse.wire;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One lighthouse message, {@code NebulaMeta} (spec wire.md 9.1); payload of message type 3.
 *
 * @param overlay whom it is about; null only in updates and acknowledgements
 * @param ipv4 from V4AddrPort, in order
 * @param ipv6 from V6AddrPort, in order; a mapped IPv4 address stays here
 * @param relays overlay addresses; in the V1 form the IPv6 ones are not written
 */
public record LighthouseMessage(
        MessageKind kind,
        AddressForm form,
        @Nullable Ip overlay,
        List<UnderlayAddr> ipv4,
        List<UnderlayAddr> ipv6,
        List<Ip> relays) {

    public LighthouseMessage {
        if (overlay != null && !form.canName(overlay)) {
            throw new IllegalArgumentException("the v1 form cannot name " + overlay);
        }
        ipv4 = List.copyOf(ipv4);
        ipv6 = List.copyOf(ipv6);
        relays = List.copyOf(relays);
    }

    /** With addresses of both families, each in the given order. */
    public static LighthouseMessage of(
            MessageKind kind,
            AddressForm form,
            @Nullable Ip overlay,
            List<UnderlayAddr> addresses,
            List<Ip> relays) {
        List<UnderlayAddr> ipv4 = addresses.stream().filter(a -> a.ip().isIpv4()).toList();
        List<UnderlayAddr> ipv6 = addresses.stream().filter(a -> !a.ip().isIpv4()).toList();
        return new LighthouseMessage(kind, form, overlay, ipv4, ipv6, relays);
    }

    /** Without addresses: a query or an acknowledgement. */
    public static LighthouseMessage of(MessageKind kind, AddressForm form, @Nullable Ip overlay) {
        return new LighthouseMessage(kind, form, overlay, List.of(), List.of(), List.of());
    }

    /** Null for bytes that are no message, and for kinds nobody knows. */
    public static @Nullable LighthouseMessage decode(Bytes payload) {
        return MessageReader.read(payload.toArray());
    }

    public byte[] encode() {
        return MessageWriter.write(this);
    }

    /** IPv4 first, as they are stored and punched. */
    public List<UnderlayAddr> addresses() {
        List<UnderlayAddr> all = new ArrayList<>(ipv4);
        all.addAll(ipv6);
        return all;
    }
}
