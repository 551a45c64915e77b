package dev.asterism.overlay.revocation;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.revocation.BundleException.Fault;
import java.util.Objects;

/** Reads the fields of a bundle one after the other; big-endian. A cursor, one thread. */
final class BundleFields {

    private final Bytes content;
    private int at;

    BundleFields(Bytes content) {
        this.content = content;
    }

    int at() {
        return at;
    }

    Bytes bytes(int length) throws BundleException {
        if (length < 0 || length > content.length() - at) {
            throw malformed("it is cut short");
        }
        Bytes bytes = content.slice(at, length);
        at += length;
        return bytes;
    }

    /** Bytes whose length is in the byte before them. */
    Bytes counted() throws BundleException {
        return bytes(unsignedByte());
    }

    int unsignedByte() throws BundleException {
        return bytes(1).at(0) & 0xFF;
    }

    long number(int length) throws BundleException {
        Bytes raw = bytes(length);
        long number = 0;
        for (int i = 0; i < length; i++) {
            number = number << Byte.SIZE | raw.at(i) & 0xFF;
        }
        return number;
    }

    /** Of at least one, at most {@code most}. */
    long number(int length, String what, long most) throws BundleException {
        long number = number(length);
        if (number < 1 || number > most) {
            throw malformed(what + " is not between 1 and " + most);
        }
        return number;
    }

    Fingerprint fingerprint() throws BundleException {
        return Objects.requireNonNull(Fingerprint.ofRaw(bytes(Fingerprint.LENGTH_BYTES)));
    }

    static BundleException malformed(String why) {
        return new BundleException(Fault.MALFORMED, "not a revocation bundle: " + why);
    }
}
