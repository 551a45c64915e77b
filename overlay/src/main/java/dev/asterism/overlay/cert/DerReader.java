package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;

/**
 * Reads elements of DER one after the other (ITU-T X.690): one-byte tags, definite lengths in their
 * shortest form. Bytes that nobody asks for are left. Content is lent, not copied. Not thread-safe.
 */
final class DerReader {

    static final String BAD = "bad wire format";

    private static final int LONG_FORM = 0x80;
    private static final int MAX_LENGTH_BYTES = 4;
    private static final int MULTI_BYTE_TAG = 0x1F;
    private static final int MAX_INTEGER_BYTES = 8;

    private final Bytes from;
    private int at;

    /** Of the element read last. */
    private int headerLength;

    DerReader(Bytes from) {
        this.from = from;
    }

    boolean atEnd() {
        return at == from.length();
    }

    /** Whether the next element has this tag. */
    boolean sees(int tag) {
        return !atEnd() && (from.at(at) & 0xFF) == tag;
    }

    /** The content of the next element, which must have this tag. */
    Bytes content(int tag) throws CertificateException {
        Bytes element = element(tag);
        return element.slice(headerLength, element.length() - headerLength);
    }

    /** The next element, which must have this tag, as it stands: tag, length, content. */
    Bytes element(int tag) throws CertificateException {
        if (!sees(tag) || (tag & MULTI_BYTE_TAG) == MULTI_BYTE_TAG || at + 1 >= from.length()) {
            throw new CertificateException(BAD);
        }
        int first = from.at(at + 1) & 0xFF;
        int lengthBytes = first < LONG_FORM ? 0 : first & ~LONG_FORM;
        long length = first < LONG_FORM ? first : longLength(lengthBytes);
        headerLength = 2 + lengthBytes;
        if (length > from.length() - at - headerLength) {
            throw new CertificateException(BAD);
        }
        Bytes element = from.slice(at, headerLength + (int) length);
        at += element.length();
        return element;
    }

    private long longLength(int bytes) throws CertificateException {
        if (bytes == 0 || bytes > MAX_LENGTH_BYTES || at + 2 + bytes > from.length()) {
            throw new CertificateException(BAD);
        }
        long length = 0;
        for (int i = 0; i < bytes; i++) {
            length = length << 8 | from.at(at + 2 + i) & 0xFF;
        }
        boolean shortest = length >= LONG_FORM && from.at(at + 2) != 0;
        if (!shortest) {
            throw new CertificateException(BAD);
        }
        return length;
    }

    /** The content of the next element if it has this tag, else nothing. */
    Bytes optional(int tag) throws CertificateException {
        return sees(tag) ? content(tag) : Bytes.EMPTY;
    }

    /** As {@link #content}; empty content is an error. */
    Bytes nonEmpty(int tag) throws CertificateException {
        Bytes content = content(tag);
        if (content.isEmpty()) {
            throw new CertificateException(BAD);
        }
        return content;
    }

    /** One byte, unsigned. */
    int oneByte(int tag) throws CertificateException {
        Bytes content = content(tag);
        if (content.length() != 1) {
            throw new CertificateException(BAD);
        }
        return content.at(0) & 0xFF;
    }

    /** A number of two's complement in its shortest form, at most 64 bits. */
    long integer(int tag) throws CertificateException {
        Bytes content = nonEmpty(tag);
        if (content.length() > MAX_INTEGER_BYTES || isPadded(content)) {
            throw new CertificateException(BAD);
        }
        long value = content.at(0);
        for (int i = 1; i < content.length(); i++) {
            value = value << 8 | content.at(i) & 0xFF;
        }
        return value;
    }

    /** True when the first byte says nothing that the sign of the second does not say. */
    static boolean isPadded(Bytes integer) {
        return integer.length() > 1
                && (integer.at(0) == 0 && integer.at(1) >= 0
                        || integer.at(0) == -1 && integer.at(1) < 0);
    }
}
