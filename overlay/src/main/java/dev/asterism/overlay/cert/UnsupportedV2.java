package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import java.nio.charset.StandardCharsets;

/**
 * The name and the issuer in a version 2 certificate (DER, spec certificates.md 3). The rest is not
 * read yet: these two tell the operator which peer is set up in a way that this node does not
 * support.
 */
final class UnsupportedV2 {

    private static final int SEQUENCE = 0x30;
    private static final int DETAILS = 0xA0;
    private static final int NAME = 0x80;
    private static final int ISSUER = 0x87;

    private UnsupportedV2() {}

    static Claim.Unreadable claim(Bytes certificate) {
        Bytes details = field(field(certificate, SEQUENCE), DETAILS);
        Fingerprint issuer = Fingerprint.ofRaw(field(details, ISSUER));
        return new Claim.Unreadable(
                Claim.Fault.VERSION,
                "version 2 is not supported yet",
                new String(field(details, NAME).toArray(), StandardCharsets.UTF_8),
                issuer == null ? "" : issuer.toString());
    }

    /** Content of the first element with this tag among those in {@code from}; empty when there is none. */
    private static Bytes field(Bytes from, int tag) {
        int at = 0;
        while (at + 2 <= from.length()) {
            int found = from.at(at) & 0xFF;
            int length = from.at(at + 1) & 0xFF;
            at += 2;
            if (length > 0x80) {
                int digits = length & 0x7F;
                if (digits > 2 || at + digits > from.length()) {
                    return Bytes.EMPTY;
                }
                length = 0;
                for (int i = 0; i < digits; i++) {
                    length = length << 8 | from.at(at + i) & 0xFF;
                }
                at += digits;
            }
            if (length > from.length() - at) {
                return Bytes.EMPTY;
            }
            if (found == tag) {
                return from.slice(at, length);
            }
            at += length;
        }
        return Bytes.EMPTY;
    }
}
