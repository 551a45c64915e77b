package dev.asterism.overlay.wire;

/**
 * What two nodes of this kind may do on the wire beyond Nebula, as bits of a number that each shows
 * in its handshake payload; in force is what both have shown (docs/wire-extensions.md).
 */
public final class WireExtensions {

    public static final int NONE = 0;

    /**
     * A packet whose header carries {@link Header#PARTIAL_CHECKSUM} has only the sum of its pseudo
     * header in the checksum field of TCP or UDP; the receiver's kernel finishes it where the
     * packet leaves that host.
     */
    public static final int PARTIAL_CHECKSUMS = 1;

    /** Lighthouse messages of the kind that Nebula does not know carry revocation bundles. */
    public static final int BUNDLES = 2;

    /** Lighthouse messages of another such kind carry services that hosts advertise. */
    public static final int SERVICES = 4;

    private WireExtensions() {}

    /**
     * What a node shows that may show any.
     *
     * @param partialChecksums whether its device takes packets with unfinished checksums
     */
    public static int shown(boolean partialChecksums) {
        int always = BUNDLES | SERVICES;
        return partialChecksums ? always | PARTIAL_CHECKSUMS : always;
    }

    public static boolean hasPartialChecksums(int extensions) {
        return (extensions & PARTIAL_CHECKSUMS) != 0;
    }

    public static boolean hasBundles(int extensions) {
        return (extensions & BUNDLES) != 0;
    }

    public static boolean hasServices(int extensions) {
        return (extensions & SERVICES) != 0;
    }
}
