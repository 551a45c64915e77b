package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.DerIssuer;
import dev.asterism.overlay.cert.IssuerSet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Finds the issuer that the certificate in a message 1 names, in the packet's own bytes: without a
 * copy or an object, so that a lane can drop what no CA of ours can have signed. Follows the
 * decoders (spec wire.md 4.5, certificates.md 2 and 3): of a repeated field the last one counts,
 * repeated details are merged, unknown fields are skipped. A message that it cannot follow names no
 * issuer. One thread.
 */
public final class ClaimedIssuer {

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int START_GROUP = 3;
    private static final int END_GROUP = 4;
    private static final int FIXED_32 = 5;

    /** Of field 1 on three levels: the payload's details, their certificate, the certificate's details. */
    private static final int FIRST = 1 << 3 | BYTES;

    private static final int ISSUER = 9 << 3 | BYTES;

    /** Which form the certificate has: field 8 of the payload's details, absent or 0 for version 1. */
    private static final int CERT_VERSION = 8 << 3 | VARINT;

    private static final int MAX_VARINT_BYTES = 10;

    private enum Message {
        PAYLOAD,
        PAYLOAD_DETAILS,
        CERTIFICATE,
        CERTIFICATE_DETAILS
    }

    private final DerIssuer der = new DerIssuer();
    private MemorySegment slab = MemorySegment.NULL;
    private long certVersion;
    private long certificateAt;
    private long certificateEnd;
    private long issuerAt;
    private long issuerEnd;

    /**
     * The field that was read last: its tag, its value, and where the next one begins; for a varint
     * the value is empty.
     */
    private int tag;

    private long valueAt;
    private long valueEnd;

    /** Where the varint ended that was read last. */
    private long varintEnd;

    /**
     * True when the certificate names one of these issuers.
     *
     * @param noise where the Noise message begins: behind the header
     * @param length of the Noise message
     * @param keyBytes of a public key of our curve
     */
    public boolean isOneOf(
            IssuerSet issuers, MemorySegment packets, long noise, int length, int keyBytes) {
        slab = packets;
        certificateAt = -1;
        certVersion = 0;
        issuerAt = -1;
        return walk(Message.PAYLOAD, noise + 2L * keyBytes, noise + length)
                && certificateAt >= 0
                && findIssuer()
                && issuers.contains(packets, issuerAt);
    }

    private boolean findIssuer() {
        if (certVersion == 2) {
            issuerAt = der.find(slab, certificateAt, certificateEnd);
            return issuerAt >= 0;
        }
        return (certVersion == 0 || certVersion == 1)
                && walk(Message.CERTIFICATE, certificateAt, certificateEnd)
                && issuerAt >= 0
                && issuerEnd - issuerAt == IssuerSet.FINGERPRINT_BYTES;
    }

    /** All fields of a message; those inside of groups belong to no message that is known here. */
    private boolean walk(Message message, long from, long end) {
        int groups = 0;
        for (long at = from, next; at < end; at = next) {
            if (!readField(at, end)) {
                return false;
            }
            next = valueEnd;
            switch (tag & 7) {
                case START_GROUP -> groups++;
                case END_GROUP -> groups--;
                default -> {
                    if (groups == 0 && !take(message)) {
                        return false;
                    }
                }
            }
            if (groups < 0) {
                return false;
            }
        }
        return groups == 0;
    }

    /** Goes into the field that was read last, or keeps its place. False when what is in it cannot be followed. */
    private boolean take(Message message) {
        switch (message) {
            case PAYLOAD -> {
                return tag != FIRST || walk(Message.PAYLOAD_DETAILS, valueAt, valueEnd);
            }
            case CERTIFICATE -> {
                return tag != FIRST || walk(Message.CERTIFICATE_DETAILS, valueAt, valueEnd);
            }
            case PAYLOAD_DETAILS -> {
                if (tag == FIRST) {
                    certificateAt = valueAt;
                    certificateEnd = valueEnd;
                } else if (tag == CERT_VERSION) {
                    certVersion = varint(valueAt, valueEnd);
                }
            }
            case CERTIFICATE_DETAILS -> {
                if (tag == ISSUER) {
                    issuerAt = valueAt;
                    issuerEnd = valueEnd;
                }
            }
        }
        return true;
    }

    private boolean readField(long at, long end) {
        long number = varint(at, end);
        if (number >>> 3 == 0 || number >>> 32 != 0) {
            return false;
        }
        tag = (int) number;
        valueAt = varintEnd;
        switch (tag & 7) {
            case VARINT -> valueEnd = skipVarint(valueAt, end);
            case FIXED_64 -> valueEnd = valueAt + 8;
            case FIXED_32 -> valueEnd = valueAt + 4;
            case START_GROUP, END_GROUP -> valueEnd = valueAt;
            case BYTES -> {
                long length = varint(valueAt, end);
                if (length < 0) {
                    return false;
                }
                valueAt = varintEnd;
                valueEnd = valueAt + length;
            }
            default -> {
                return false;
            }
        }
        return valueEnd >= valueAt && valueEnd <= end;
    }

    /** Negative when it does not end within {@value #MAX_VARINT_BYTES} bytes; leaves {@link #varintEnd} behind it. */
    private long varint(long at, long end) {
        long value = 0;
        long last = Math.min(end, at + MAX_VARINT_BYTES);
        int shift = 0;
        for (long i = at; i < last; i++, shift += 7) {
            byte next = slab.get(ValueLayout.JAVA_BYTE, i);
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                varintEnd = i + 1;
                return value;
            }
        }
        return -1;
    }

    /** Where it ends; negative when it does not. */
    private long skipVarint(long at, long end) {
        long last = Math.min(end, at + MAX_VARINT_BYTES);
        for (long i = at; i < last; i++) {
            if (slab.get(ValueLayout.JAVA_BYTE, i) >= 0) {
                return i + 1;
            }
        }
        return -1;
    }
}
