package dev.asterism.overlay.cert;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.asterism.overlay.io.Bytes;
import java.io.IOException;

/**
 * Reads the protobuf form of an encrypted CA key (spec certificates.md 5.1). A known field number
 * with another wire type counts as unknown, repeated messages are merged, later scalars win,
 * unknown fields are dropped.
 */
final class EncryptedKeyDecoder {

    private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int VARINT = WireFormat.WIRETYPE_VARINT;

    private boolean metadataSeen;
    private boolean argonSeen;
    private String algorithm = "";
    private int version;
    private int memory;
    private int iterations;
    private int parallelism;
    private Bytes salt = Bytes.EMPTY;
    private Bytes ciphertext = Bytes.EMPTY;

    private EncryptedKeyDecoder() {}

    /** What stood in the bytes; every number is within the limits of {@link Argon2Settings}. */
    record Raw(Argon2Settings settings, Bytes ciphertext) {}

    static Raw decode(Bytes encoded) throws CertificateException {
        EncryptedKeyDecoder decoder = new EncryptedKeyDecoder();
        try {
            CodedInputStream in = encoded.inPlace(CodedInputStream::newInstance);
            decoder.readData(in);
        } catch (IOException e) {
            throw new CertificateException("cannot parse invalid wire-format data");
        }
        return decoder.result();
    }

    private Raw result() throws CertificateException {
        require(metadataSeen, "encoded EncryptionMetadata was nil");
        require(argonSeen, "encoded Argon2Parameters was nil");
        requireWithin("Memory", memory, Argon2Settings.MAX_U32, " KiB");
        requireWithin("Parallelism", parallelism, Argon2Settings.MAX_PARALLELISM, "");
        requireWithin("Iterations", iterations, Argon2Settings.MAX_U32, "");
        require(
                algorithm.equals(EncryptedKey.ALGORITHM),
                "unsupported encryption algorithm: " + Quoted.of(algorithm));
        require(version == Argon2Settings.VERSION, "incompatible Argon2 version: " + version);
        require(salt.length() >= Argon2Settings.MIN_SALT_BYTES, "salt must be at least 128 bits");
        require(
                salt.length() <= Argon2Settings.MAX_SALT_BYTES,
                "salt must be no longer than " + Argon2Settings.MAX_SALT_BYTES + " bytes");
        Argon2Settings settings =
                new Argon2Settings(
                        Integer.toUnsignedLong(memory),
                        Integer.toUnsignedLong(iterations),
                        parallelism,
                        salt);
        return new Raw(settings, ciphertext);
    }

    /** The doubled word is Nebula's. */
    private static void requireWithin(String what, int value, long max, String unit)
            throws CertificateException {
        long number = Integer.toUnsignedLong(value);
        require(
                number > 0 && number <= max,
                "Argon2Parameters "
                        + what
                        + " must be be greater than 0 and no more than "
                        + max
                        + unit);
    }

    private static void require(boolean holds, String message) throws CertificateException {
        if (!holds) {
            throw new CertificateException(message);
        }
    }

    private void readData(CodedInputStream in) throws IOException {
        while (!in.isAtEnd()) {
            int tag = in.readTag();
            if (tag == tag(1, BYTES)) {
                metadataSeen = true;
                int outer = in.pushLimit(in.readRawVarint32());
                readMetadata(in);
                in.popLimit(outer);
            } else if (tag == tag(2, BYTES)) {
                ciphertext = Bytes.owning(in.readByteArray());
            } else {
                skip(in, tag);
            }
        }
    }

    private void readMetadata(CodedInputStream in) throws IOException {
        while (!in.isAtEnd()) {
            int tag = in.readTag();
            if (tag == tag(1, BYTES)) {
                algorithm = in.readStringRequireUtf8();
            } else if (tag == tag(2, BYTES)) {
                argonSeen = true;
                int outer = in.pushLimit(in.readRawVarint32());
                readArgon(in);
                in.popLimit(outer);
            } else {
                skip(in, tag);
            }
        }
    }

    private void readArgon(CodedInputStream in) throws IOException {
        while (!in.isAtEnd()) {
            int tag = in.readTag();
            if (tag == tag(1, VARINT)) {
                version = in.readInt32();
            } else if (tag == tag(2, VARINT)) {
                memory = in.readUInt32();
            } else if (tag == tag(3, VARINT)) {
                iterations = in.readUInt32();
            } else if (tag == tag(4, VARINT)) {
                parallelism = in.readUInt32();
            } else if (tag == tag(5, BYTES)) {
                salt = Bytes.owning(in.readByteArray());
            } else {
                skip(in, tag);
            }
        }
    }

    private static void skip(CodedInputStream in, int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("group without a beginning");
        }
    }

    private static int tag(int field, int wireType) {
        return field << 3 | wireType;
    }
}
