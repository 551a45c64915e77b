package dev.asterism.overlay.view;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.util.List;

/**
 * A network that this node sends into the overlay.
 *
 * @param gateways none for the overlay's own networks
 * @param mtu 0: that of the device
 * @param installed whether the kernel has a route for it
 */
public record RouteView(
        Cidr network, List<GatewayView> gateways, int mtu, int metric, boolean installed) {

    /**
     * @param peer name in its certificate; empty without a tunnel
     */
    public record GatewayView(Ip address, int weight, String peer) {}
}
