package dev.asterism.cert.inventory;

import dev.asterism.cert.issue.HostGrant;
import dev.asterism.cert.issue.VersionChoice;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.net.Cidr;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One host as the inventory has it, defaults applied.
 *
 * @param duration null: until the CA's end
 * @param versions null: the CA's
 * @param curve null: the CA's, and it can be no other
 * @param inPub file with the host's public key or signing request, from the inventory's folder; empty when the key is
 *     made here
 * @param line where the host stands, from 1
 * @param column from 1
 */
public record InventoryHost(
        String name,
        List<Cidr> networks,
        List<Cidr> unsafeNetworks,
        List<String> groups,
        @Nullable Duration duration,
        @Nullable VersionChoice versions,
        @Nullable Curve curve,
        String inPub,
        int line,
        int column) {

    public InventoryHost {
        networks = List.copyOf(networks);
        unsafeNetworks = List.copyOf(unsafeNetworks);
        groups = List.copyOf(groups);
    }

    /** What a CA of this version gives to the host. */
    public HostGrant grant(int caVersion) {
        return new HostGrant(
                name,
                networks,
                unsafeNetworks,
                groups,
                versions == null ? VersionChoice.of(caVersion) : versions,
                duration);
    }
}
