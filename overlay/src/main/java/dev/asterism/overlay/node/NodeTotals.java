package dev.asterism.overlay.node;

import dev.asterism.overlay.handshake.Handshakes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.relay.RelayTotals;
import dev.asterism.overlay.tunnel.PacketGaps;
import dev.asterism.overlay.tunnel.Session;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A node in numbers, without a name or an address in them. Made on the control plane's thread, safe
 * on any thread afterwards.
 *
 * @param addresses overlay addresses with a tunnel
 * @param primary tunnels that packets to their peer take
 * @param secondary other tunnels whose peer has proven itself
 * @param unconfirmed tunnels whose peer has not proven itself yet
 * @param remoteIndexes indexes that peers have chosen
 * @param relayIndexes relay entries
 * @param pendingHosts handshakes of ours without an answer yet
 * @param pendingIndexes of these, those whose message 1 was made
 * @param gaps of all tunnels that there are and were
 * @param lossCounts tunnels by the share of the peer's packets that never came: up to each of
 *     {@link #lossBounds} and above the one before; the last is for those above all
 * @param roundTrips seconds; one for each test request whose answer is beyond doubt
 * @param losses shares of 1; one for each check of a tunnel since whose last check packets of the peer came
 * @param relays what relays did for this node, and it for others
 */
public record NodeTotals(
        int addresses,
        int primary,
        int secondary,
        int unconfirmed,
        int remoteIndexes,
        int relayIndexes,
        int pendingHosts,
        int pendingIndexes,
        PacketGaps gaps,
        List<Integer> lossCounts,
        Distribution.Snapshot roundTrips,
        Distribution.Snapshot losses,
        RelayTotals relays) {

    private static final double[] LOSS_BOUNDS = {0, 0.001, 0.01, 0.05, 0.2};

    /** Upper bounds of {@link #lossCounts}, as shares of 1, ascending. */
    public static double[] lossBounds() {
        return LOSS_BOUNDS.clone();
    }

    /** All tunnels. */
    public int tunnels() {
        return primary + secondary + unconfirmed;
    }

    static NodeTotals of(
            TunnelTable tunnels, RelayTotals relays, Handshakes handshakes, PathMeasure paths) {
        Set<Ip> addresses = new LinkedHashSet<>();
        int primary = 0;
        int unconfirmed = 0;
        int[] losses = new int[LOSS_BOUNDS.length + 1];
        for (Tunnel tunnel : tunnels.all()) {
            addresses.addAll(tunnel.addresses());
            if (!tunnel.isConfirmed()) {
                unconfirmed++;
            } else {
                primary += tunnels.isPrimary(tunnel) ? 1 : 0;
                losses[lossBucket(tunnel.session())]++;
            }
        }
        return new NodeTotals(
                addresses.size(),
                primary,
                tunnels.size() - primary - unconfirmed,
                unconfirmed,
                tunnels.remoteIndexCount(),
                relays.roles().stream().mapToInt(RelayTotals.Role::entries).sum(),
                handshakes.pendingHosts(),
                handshakes.pendingIndexes(),
                tunnels.packetGaps(),
                Arrays.stream(losses).boxed().toList(),
                paths.roundTrips(),
                paths.losses(),
                relays);
    }

    private static int lossBucket(Session session) {
        long sent = session.window().current();
        double share = sent <= 0 ? 0 : (double) session.window().missing() / sent;
        int bucket = 0;
        while (bucket < LOSS_BOUNDS.length && share > LOSS_BOUNDS[bucket]) {
            bucket++;
        }
        return bucket;
    }
}
