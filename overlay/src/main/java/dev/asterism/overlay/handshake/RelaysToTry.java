package dev.asterism.overlay.handshake;

import dev.asterism.overlay.config.PathPin;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.PathPins;
import dev.asterism.overlay.tunnel.Tunnel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Through which relays a handshake is tried: those through which the peer has been reached or says that it can be, as
 * far as {@code asterism.paths} allows them. Control plane only.
 */
record RelaysToTry(HandshakeEnv env) {

    /** None when relays are forbidden for the peer. A preferred one comes first, even if the peer does not name it. */
    List<Ip> of(Ip overlay) {
        List<Ip> known = env.directory().remotesOf(overlay).relays();
        PathPin pin = pin(overlay);
        if (pin == null) {
            return known;
        }
        if (pin.neverRelay()) {
            return List.of();
        }
        Ip preferred = Ip.parse(pin.relay());
        if (preferred == null) {
            return known;
        }
        List<Ip> all = new ArrayList<>(known);
        all.remove(preferred);
        all.addFirst(preferred);
        return List.copyOf(all);
    }

    /** Whether a relay is preferred to a direct path, and relays are used at all. */
    boolean areFirst(Ip overlay) {
        PathPin pin = pin(overlay);
        return pin != null
                && pin.prefersRelay()
                && env.settings().get().config().relay().useRelays();
    }

    /** Before the first handshake no more than the address is known of a peer. */
    private @Nullable PathPin pin(Ip overlay) {
        PathPins pins = env.settings().get().pins();
        Tunnel known = env.tunnels().byOverlay(overlay);
        PathPin pin = known == null ? pins.of(overlay) : pins.of(known.peer().certificate());
        return pin != null && isItself(pin, overlay, known) ? null : pin;
    }

    /** An entry for a group may name a relay that is in that group. */
    private static boolean isItself(PathPin pin, Ip overlay, @Nullable Tunnel known) {
        return known == null
                ? PathPins.means(pin, overlay)
                : PathPins.means(pin, known.addresses(), known.peerName());
    }
}
