package dev.asterism.overlay.cert;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Fingerprints of the CAs of a pool that are not blocked, laid out for a look-up in the bytes of a
 * packet. Asks nothing of dates or signatures: an issuer that is not in here is refused whatever
 * else is right. Immutable; allocates nothing when asked.
 */
public final class IssuerSet {

    /** Bytes of a fingerprint. */
    public static final int FINGERPRINT_BYTES = Fingerprint.LENGTH_BYTES;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final MemorySegment fingerprints;

    private IssuerSet(MemorySegment fingerprints) {
        this.fingerprints = fingerprints;
    }

    static IssuerSet of(List<Fingerprint> fingerprints) {
        byte[] all = new byte[fingerprints.size() * FINGERPRINT_BYTES];
        for (int i = 0; i < fingerprints.size(); i++) {
            byte[] one = fingerprints.get(i).raw().toArray();
            System.arraycopy(one, 0, all, i * FINGERPRINT_BYTES, FINGERPRINT_BYTES);
        }
        return new IssuerSet(MemorySegment.ofArray(all));
    }

    /**
     * @param at of {@value #FINGERPRINT_BYTES} bytes in {@code slab}
     */
    public boolean contains(MemorySegment slab, long at) {
        for (long i = 0; i < fingerprints.byteSize(); i += FINGERPRINT_BYTES) {
            if (slab.get(LONG, at) == fingerprints.get(LONG, i)
                    && slab.get(LONG, at + 8) == fingerprints.get(LONG, i + 8)
                    && slab.get(LONG, at + 16) == fingerprints.get(LONG, i + 16)
                    && slab.get(LONG, at + 24) == fingerprints.get(LONG, i + 24)) {
                return true;
            }
        }
        return false;
    }
}
