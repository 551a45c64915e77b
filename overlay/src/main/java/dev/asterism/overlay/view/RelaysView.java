package dev.asterism.overlay.view;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What relays have done for this node, and this node as a relay for others, since it started. Immutable.
 *
 * @param roles one for each role of an entry
 * @param refused control messages that were not followed, and relays that were not asked, by reason
 *     in lower case; without the reasons that never occurred
 */
public record RelaysView(List<Role> roles, SortedMap<String, Long> refused) {

    public RelaysView {
        roles = List.copyOf(roles);
        refused = new TreeMap<>(refused);
    }

    /**
     * @param role in lower case
     * @param entries that there are
     * @param packetsIn that came by such entries, of those that are gone too
     * @param bytesIn of their datagrams' contents, as the relay forwards them; likewise bytesOut
     */
    public record Role(
            String role,
            int entries,
            long packetsIn,
            long packetsOut,
            long bytesIn,
            long bytesOut) {}
}
