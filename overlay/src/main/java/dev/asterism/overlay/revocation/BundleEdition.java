package dev.asterism.overlay.revocation;

import dev.asterism.overlay.cert.Fingerprint;
import java.util.Comparator;

/**
 * What tells the bundles of one CA apart. A number may have been given twice, by mistake or by a thief of the delegated
 * key: then the one issued later is newer, and of two of the same second that with the larger digest. So all nodes end
 * with the same one, whichever they saw first.
 *
 * @param issued seconds of the Unix clock
 * @param digest SHA-256 of what the delegated key signs: a P-256 signature's other form makes no other edition
 */
public record BundleEdition(BundleNumber number, long issued, Fingerprint digest)
        implements Comparable<BundleEdition> {

    private static final Comparator<BundleEdition> ORDER =
            Comparator.comparing(BundleEdition::number)
                    .thenComparingLong(BundleEdition::issued)
                    .thenComparing(BundleEdition::digest);

    public boolean isNewerThan(BundleEdition other) {
        return compareTo(other) > 0;
    }

    /** Whether the other one has this one's number and is not the same. */
    public boolean sharesNumberWith(BundleEdition other) {
        return number.equals(other.number) && !equals(other);
    }

    @Override
    public int compareTo(BundleEdition other) {
        return ORDER.compare(this, other);
    }
}
