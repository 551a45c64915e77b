package dev.asterism.agent.it;

import java.util.List;
import java.util.stream.Stream;

/**
 * Which certificates the hosts of a mesh have.
 *
 * @param middle versions that lighthouse and relays have, {@code 1}, {@code 2} or {@code 12} for both with one key
 * @param a as {@code middle}, of those that begin
 * @param b as {@code middle}, of those that answer
 * @param curve {@code 25519} or {@code P256}
 */
record ShownCertificates(String middle, String a, String b, String curve, Inside inside) {

    /** Of which families the overlay addresses of a host are: 10.42.0.N, fd42::N. */
    enum Inside {
        IPV4("IPv4"),
        IPV6("IPv6"),
        BOTH("IPv4 and IPv6");

        private final String label;

        Inside(String label) {
            this.label = label;
        }

        /** That of IPv4 first, as a certificate of version 1 has no other. */
        List<String> addressesOf(int number) {
            return networks().map(network -> network.formatted(number).split("/")[0]).toList();
        }

        private Stream<String> networks() {
            return switch (this) {
                case IPV4 -> Stream.of("10.42.0.%d/24");
                case IPV6 -> Stream.of("fd42::%d/64");
                case BOTH -> Stream.of("10.42.0.%d/24", "fd42::%d/64");
            };
        }

        /** With a comma between them. */
        String networksOf(int number) {
            return String.join(",", networks().map(network -> network.formatted(number)).toList());
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /**
     * A host with both versions begins with the older one unless told otherwise, and a lighthouse that was shown
     * version 1 knows no IPv6 address of a host.
     */
    boolean mustBeginWithVersion2(String versions) {
        return versions.equals("12") && inside != Inside.IPV4;
    }

    String versions() {
        return String.join(", ", middle, a, b);
    }

    @Override
    public String toString() {
        return "versions %s of %s, %s".formatted(versions(), curve, inside);
    }
}
