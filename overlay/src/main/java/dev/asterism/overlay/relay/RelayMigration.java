package dev.asterism.overlay.relay;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.ArrayList;
import java.util.List;

/** Moves entries that are used to the neighbour's newer session (spec wire.md 8.6). Control plane only. */
record RelayMigration(TunnelTable tunnels, RelayAdmission admission) {

    /** At a check of a tunnel. */
    void checked(Tunnel tunnel) {
        Tunnel primary = tunnels.byOverlay(tunnel.primaryAddress());
        for (RelayEntry entry : List.copyOf(table().entries(tunnel))) {
            boolean used = entry.wasUsed();
            if (primary != null && primary != tunnel && primary.remote() != null) {
                migrate(entry, used, primary);
            }
        }
    }

    /** The peers whose packets go by older sessions with this neighbour by which nothing comes any more. */
    List<Ip> carriedInVain(Tunnel newest, Tick now) {
        List<Ip> peers = new ArrayList<>();
        for (Tunnel older : tunnels.allOf(newest.primaryAddress())) {
            if (older != newest && !older.traffic().hasHeardPath(now.nanos())) {
                table().entries(older).stream()
                        .filter(entry -> entry.role() == RelayRole.TERMINAL && entry.isUsable())
                        .map(RelayEntry::peer)
                        .forEach(peers::add);
            }
        }
        return peers;
    }

    private void migrate(RelayEntry old, boolean used, Tunnel primary) {
        if (old.role() == RelayRole.FORWARDING && !policy().amRelay()) {
            return;
        }
        RelayEntry entry = table().entry(primary, old.peer());
        if (entry == null && used) {
            entry = admission.add(primary, old.peer(), old.role(), RelayState.REQUESTED, 0);
        }
        if (entry == null || entry.state() != RelayState.REQUESTED) {
            return;
        }
        boolean end = old.role() == RelayRole.TERMINAL;
        Ip from = end ? policy().ownPrimary() : old.peer();
        Ip to = end ? old.peer() : primary.primaryAddress();
        admission.out().request(entry, from, to);
    }

    private RelayPolicy policy() {
        return admission.policy().get();
    }

    private RelayTable table() {
        return admission.table();
    }
}
