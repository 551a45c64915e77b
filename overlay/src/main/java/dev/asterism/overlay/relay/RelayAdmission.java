package dev.asterism.overlay.relay;

import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.Tunnel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes relay entries with an index of their own, as far as there is room. Control plane only. */
record RelayAdmission(
        RelayTable table,
        RandomSource random,
        Supplier<RelayPolicy> policy,
        RelayMessageSender out) {

    /** Null when there is no room. */
    @Nullable RelayEntry add(
            Tunnel tunnel, Ip peer, RelayRole role, RelayState state, int remoteIndex) {
        if (!tunnel.isRemoved() && !table.hasRoom(tunnel)) {
            table.dropOneUnusable(tunnel);
        }
        if (tunnel.isRemoved() || !table.hasRoom(tunnel)) {
            out.refuse(tunnel, policy.get().ownPrimary(), peer, RelayRefusal.TABLE_FULL);
            return null;
        }
        int index = random.nonZeroInt();
        while (table.byIndex(index) != null) {
            index = random.nonZeroInt();
        }
        RelayEntry entry = new RelayEntry(tunnel, role, index, peer, state);
        entry.remoteIndex(remoteIndex);
        table.add(entry);
        return entry;
    }
}
