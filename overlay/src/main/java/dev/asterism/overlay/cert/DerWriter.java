package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import java.io.ByteArrayOutputStream;

/** Collects elements of DER (ITU-T X.690). Not thread-safe. */
final class DerWriter {

    private static final int SHORT_FORM = 0x80;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);

    DerWriter element(int tag, byte[] content) {
        out.write(tag);
        int length = content.length;
        if (length < SHORT_FORM) {
            out.write(length);
        } else {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            out.write(SHORT_FORM | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >>> 8 * i);
            }
        }
        out.writeBytes(content);
        return this;
    }

    DerWriter element(int tag, Bytes content) {
        return element(tag, content.toArray());
    }

    DerWriter element(int tag, DerWriter content) {
        return element(tag, content.out.toByteArray());
    }

    /** Two's complement in its shortest form. */
    DerWriter integer(int tag, long value) {
        int bytes = 1;
        while (bytes < Long.BYTES && value >> 8 * bytes - 1 != value >> Long.SIZE - 1) {
            bytes++;
        }
        byte[] content = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            content[i] = (byte) (value >> 8 * (bytes - 1 - i));
        }
        return element(tag, content);
    }

    /** Bytes that are DER already. */
    DerWriter raw(Bytes element) {
        out.writeBytes(element.toArray());
        return this;
    }

    boolean isEmpty() {
        return out.size() == 0;
    }

    Bytes bytes() {
        return Bytes.owning(out.toByteArray());
    }
}
