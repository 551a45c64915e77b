package dev.asterism.overlay.revocation;

import java.util.Comparator;

/**
 * Which of two bundles of one CA is newer: first by the delegation, then by the version under it. So a CA whose
 * delegated key was stolen delegates anew, and whatever the thief numbers his bundles, the next one is newer. Its
 * text is {@code DELEGATION.VERSION}.
 *
 * @param delegation number of the delegation, from 1
 * @param version from 1
 */
public record BundleNumber(int delegation, long version) implements Comparable<BundleNumber> {

    private static final Comparator<BundleNumber> ORDER =
            Comparator.comparingInt(BundleNumber::delegation)
                    .thenComparingLong(BundleNumber::version);

    public boolean isNewerThan(BundleNumber other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(BundleNumber other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return delegation + "." + version;
    }
}
