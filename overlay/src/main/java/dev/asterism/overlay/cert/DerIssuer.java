package dev.asterism.overlay.cert;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Finds the issuer in a certificate of version 2 in the bytes of a packet, without a copy or an
 * object. Reads every certificate that {@link DecoderV2} reads, and some that it refuses. One
 * thread.
 */
public final class DerIssuer {

    private static final int LONG_FORM = 0x80;
    private static final int MAX_LENGTH_BYTES = 4;

    private MemorySegment slab = MemorySegment.NULL;

    /** Content of the element that was read last. */
    private long contentAt;

    private long contentEnd;

    /**
     * Where the issuer begins, which is a fingerprint; negative when the certificate names none.
     *
     * @param from the certificate in handshake form
     */
    public long find(MemorySegment packets, long from, long end) {
        slab = packets;
        if (!enter(TagsV2.CERTIFICATE, from, end)
                || !enter(TagsV2.DETAILS, contentAt, contentEnd)) {
            return -1;
        }
        long detailsEnd = contentEnd;
        if (!enter(TagsV2.NAME, contentAt, detailsEnd)) {
            return -1;
        }
        skip(TagsV2.NETWORKS, detailsEnd);
        skip(TagsV2.UNSAFE_NETWORKS, detailsEnd);
        skip(TagsV2.GROUPS, detailsEnd);
        skip(TagsV2.IS_CA, detailsEnd);
        skip(TagsV2.NOT_BEFORE, detailsEnd);
        skip(TagsV2.NOT_AFTER, detailsEnd);
        return enter(TagsV2.ISSUER, contentEnd, detailsEnd)
                        && contentEnd - contentAt == Fingerprint.LENGTH_BYTES
                ? contentAt
                : -1;
    }

    /** Goes over the element behind the last one, if it has this tag. */
    private void skip(int tag, long end) {
        if (enter(tag, contentEnd, end)) {
            contentAt = contentEnd;
        }
    }

    /** False, with nothing changed, when there is no whole element of this tag. */
    private boolean enter(int tag, long at, long end) {
        if (end - at < 2 || unsigned(at) != tag) {
            return false;
        }
        int first = unsigned(at + 1);
        int lengthBytes = first < LONG_FORM ? 0 : first & ~LONG_FORM;
        long content = at + 2 + lengthBytes;
        if (lengthBytes > MAX_LENGTH_BYTES || content > end) {
            return false;
        }
        long length = lengthBytes == 0 ? first : 0;
        for (int i = 0; i < lengthBytes; i++) {
            length = length << 8 | unsigned(at + 2 + i);
        }
        if (length > end - content) {
            return false;
        }
        contentAt = content;
        contentEnd = content + length;
        return true;
    }

    private int unsigned(long at) {
        return slab.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }
}
