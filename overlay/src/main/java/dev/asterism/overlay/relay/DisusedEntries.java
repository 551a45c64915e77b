package dev.asterism.overlay.relay;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.List;

/** Ends relay entries whose tunnel or peer is gone, or that are not permitted any more. Control plane only. */
record DisusedEntries(TunnelTable tunnels, RelayTable table, RelayPaths paths) {

    void removed(Tunnel tunnel, boolean last) {
        for (RelayEntry entry : table.remove(tunnel)) {
            table.link(entry);
            paths.changed(entry);
            if (last && entry.role() == RelayRole.FORWARDING) {
                disestablish(entry.peer(), tunnel.addresses());
            }
        }
        if (last) {
            tunnel.watch().relays.forEach(relay -> disestablish(relay, tunnel.addresses()));
        }
    }

    /** Entries on the tunnels to this neighbour for an end that is gone. */
    private void disestablish(Ip neighbour, List<Ip> ends) {
        for (Tunnel tunnel : tunnels.allOf(neighbour)) {
            for (Ip end : ends) {
                RelayEntry entry = table.entry(tunnel, end);
                if (entry != null) {
                    entry.disestablished();
                    table.link(entry);
                    paths.changed(entry);
                }
            }
        }
    }

    void stopForwarding() {
        for (Tunnel tunnel : tunnels.all()) {
            for (RelayEntry entry : table.entries(tunnel)) {
                if (entry.role() == RelayRole.FORWARDING) {
                    entry.disestablished();
                    table.link(entry);
                }
            }
        }
    }
}
