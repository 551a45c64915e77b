package dev.asterism.overlay.lane;

import dev.asterism.overlay.config.OverlayConfig;

/**
 * What lanes ask of the configuration for each packet, compiled from it once. Immutable.
 *
 * @param dropLocalBroadcast {@code tun.drop_local_broadcast}
 * @param dropMulticast {@code tun.drop_multicast}
 * @param rejectInbound {@code firewall.inbound_action} is reject
 * @param rejectOutbound {@code firewall.outbound_action} is reject
 * @param sendRecvError {@code listen.send_recv_error}
 */
public record LanePolicy(
        boolean dropLocalBroadcast,
        boolean dropMulticast,
        boolean rejectInbound,
        boolean rejectOutbound,
        OverlayConfig.RecvErrorGate sendRecvError) {

    public static LanePolicy of(OverlayConfig config) {
        return new LanePolicy(
                config.tun().dropLocalBroadcast(),
                config.tun().dropMulticast(),
                config.firewall().inboundAction() == OverlayConfig.RefusedAction.REJECT,
                config.firewall().outboundAction() == OverlayConfig.RefusedAction.REJECT,
                config.listen().sendRecvError());
    }
}
