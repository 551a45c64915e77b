package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.io.Bytes;
import java.nio.charset.StandardCharsets;

/**
 * Who a refused handshake says it is from. Nothing vouches for it.
 *
 * @param name at most {@value #MAX_NAME_LENGTH} characters of it; empty when unknown
 * @param issuer fingerprint of the CA; empty when unknown
 */
record ClaimedIdentity(String name, String issuer) {

    static final ClaimedIdentity UNKNOWN = new ClaimedIdentity("", "");
    private static final int MAX_NAME_LENGTH = 64;
    private static final int SEQUENCE = 0x30;
    private static final int DETAILS = 0xA0;
    private static final int NAME = 0x80;
    private static final int ISSUER = 0x87;
    private static final int FINGERPRINT_BYTES = 32;

    ClaimedIdentity {
        name = name.length() <= MAX_NAME_LENGTH ? name : name.substring(0, MAX_NAME_LENGTH) + "…";
    }

    static ClaimedIdentity of(Certificate certificate) {
        return new ClaimedIdentity(certificate.name(), certificate.issuer());
    }

    /** Of a version 2 certificate (DER, spec certificates.md 3), which is not read otherwise yet. */
    static ClaimedIdentity ofVersion2(Bytes certificate) {
        Bytes details = field(field(certificate, SEQUENCE), DETAILS);
        Bytes issuer = field(details, ISSUER);
        return new ClaimedIdentity(
                new String(field(details, NAME).toArray(), StandardCharsets.UTF_8),
                issuer.length() == FINGERPRINT_BYTES ? issuer.hex() : "");
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
