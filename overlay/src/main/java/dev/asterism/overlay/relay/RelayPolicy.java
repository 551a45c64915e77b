package dev.asterism.overlay.relay;

import dev.asterism.overlay.config.PathPin;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.PathPins;
import java.util.List;

/**
 * What is in force of the section {@code relay}.
 *
 * @param amRelay whether others may have their packets forwarded here
 * @param useRelays whether peers may be reached through others; never together with {@code amRelay}
 * @param ownAddresses overlay addresses of this node, primary first
 * @param pins which peers are not reached through relays, or through one of them above all
 */
public record RelayPolicy(
        boolean amRelay, boolean useRelays, List<Ip> ownAddresses, PathPins pins) {

    boolean isOwn(Ip address) {
        return ownAddresses.contains(address);
    }

    /** As far as the address alone says it. */
    boolean forbidsRelaysTo(Ip peer) {
        PathPin pin = pins.of(peer);
        return pin != null && pin.neverRelay();
    }

    Ip ownPrimary() {
        return ownAddresses.getFirst();
    }
}
