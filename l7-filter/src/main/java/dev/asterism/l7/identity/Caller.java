package dev.asterism.l7.identity;

import java.util.List;

/**
 * What the certificate of the calling node says, as the tunnel that carried its SYN has proven it; never from a
 * header. Immutable; one object serves all requests of a connection.
 *
 * @param name of the certificate; empty: nobody has proven anything
 * @param groups in the order of the certificate
 * @param address the overlay address, as text
 * @param fingerprint SHA-256 of the certificate, lower-case hex
 * @param network the mesh's name, as this node is configured; may be empty
 */
public record Caller(
        String name, List<String> groups, String address, String fingerprint, String network) {

    /** A caller who has shown no certificate: it matches {@code any} and no group or node. */
    public static final Caller UNKNOWN = new Caller("", List.of(), "", "", "");

    public Caller {
        groups = List.copyOf(groups);
    }

    public boolean isKnown() {
        return !name.isEmpty();
    }

    public boolean isIn(String group) {
        return groups.contains(group);
    }
}
