package dev.asterism.overlay.relay;

import dev.asterism.overlay.view.RelaysView;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What relays have done for this node, and this node as a relay for others, since it started. Immutable.
 *
 * @param roles by role of the entry, in the order of {@link RelayRole}
 * @param refused control messages that were not followed, and relays that were not asked, by reason; every reason is
 *     there
 */
public record RelayTotals(List<Role> roles, Map<RelayRefusal, Long> refused) {

    public RelayTotals {
        roles = List.copyOf(roles);
        refused = new EnumMap<>(refused);
    }

    /**
     * @param entries that there are
     * @param packetsIn that came by such entries, of those that are gone too
     * @param bytesIn of their datagrams' contents, as the relay forwards them; likewise bytesOut
     */
    public record Role(
            RelayRole role,
            int entries,
            long packetsIn,
            long packetsOut,
            long bytesIn,
            long bytesOut) {}

    /** For those who look at a node. */
    public RelaysView view() {
        List<RelaysView.Role> shown =
                roles.stream()
                        .map(
                                role ->
                                        new RelaysView.Role(
                                                lower(role.role()),
                                                role.entries(),
                                                role.packetsIn(),
                                                role.packetsOut(),
                                                role.bytesIn(),
                                                role.bytesOut()))
                        .toList();
        SortedMap<String, Long> occurred = new TreeMap<>();
        refused.forEach((reason, count) -> occurred.put(lower(reason), count));
        occurred.values().removeIf(count -> count == 0);
        return new RelaysView(shown, occurred);
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }

    @SuppressWarnings("EnumOrdinal") // an index within this object's life, never stored
    public Role role(RelayRole role) {
        return roles.get(role.ordinal());
    }
}
