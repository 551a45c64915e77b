package dev.asterism.overlay.cert;

import com.google.protobuf.CodedOutputStream;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.noise.P256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A CA's private key under a passphrase: AES-256-GCM with a key that Argon2id makes of the passphrase (spec
 * certificates.md 5.1). Deriving that key is the caller's part, as it takes gigabytes and seconds. Immutable.
 *
 * @param curve of the key inside
 * @param settings what the derivation needs beside the passphrase
 * @param sealed nonce, encrypted key and tag, of the length that the curve asks for
 */
public record EncryptedKey(Curve curve, Argon2Settings settings, Bytes sealed) {

    static final String ALGORITHM = "AES-256-GCM";

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    /** True when the first block of the text is an encrypted CA key. */
    public static boolean isIn(String text) {
        PemBlock block = new Pem(text).next();
        return block != null && isEncrypted(block.label());
    }

    private static boolean isEncrypted(String label) {
        return label.equals(PemLabel.ED25519_ENCRYPTED)
                || label.equals(PemLabel.ECDSA_P256_ENCRYPTED);
    }

    /** Reads a key file; everything is checked that can be checked without the passphrase. */
    public static EncryptedKey read(String text) throws CertificateException {
        PemBlock block = KeyPem.first(text);
        if (!isEncrypted(block.label())) {
            throw new CertificateException(
                    "bytes did not contain a proper nebula encrypted Ed25519/ECDSA private key banner");
        }
        Curve curve =
                block.label().equals(PemLabel.ED25519_ENCRYPTED) ? Curve.CURVE25519 : Curve.P256;
        EncryptedKeyDecoder.Raw raw = EncryptedKeyDecoder.decode(block.bytes());
        int expected = NONCE_BYTES + storedBytes(curve) + TAG_BYTES;
        if (raw.ciphertext().length() != expected) {
            throw new CertificateException(
                    "encrypted private key has %d bytes of ciphertext, expected %d"
                            .formatted(raw.ciphertext().length(), expected));
        }
        return new EncryptedKey(curve, raw.settings(), raw.ciphertext());
    }

    private static int storedBytes(Curve curve) {
        return curve == Curve.P256 ? P256.SCALAR_BYTES : Ed25519PrivateKey.STORED_LENGTH;
    }

    /**
     * @param derived 32 bytes; the caller wipes them
     */
    public SigningKey open(byte[] derived) throws CertificateException {
        byte[] stored = decrypted(derived);
        try {
            return curve == Curve.P256
                    ? P256SigningKey.ofStored(stored)
                    : Ed25519PrivateKey.ofStored(stored);
        } finally {
            Arrays.fill(stored, (byte) 0);
        }
    }

    private byte[] decrypted(byte[] derived) throws CertificateException {
        byte[] all = sealed.toArray();
        try {
            return cipher(Cipher.DECRYPT_MODE, derived, Arrays.copyOf(all, NONCE_BYTES))
                    .doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
        } catch (AEADBadTagException _) {
            throw new CertificateException("invalid passphrase or corrupt private key");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
    }

    /**
     * The key file.
     *
     * @param derived 32 bytes made with these settings; the caller wipes them
     */
    public static String seal(
            SigningKey key, Argon2Settings settings, byte[] derived, RandomSource random) {
        byte[] nonce = random.bytes(NONCE_BYTES);
        byte[] stored = key.copyStored();
        try {
            byte[] ciphertext = cipher(Cipher.ENCRYPT_MODE, derived, nonce).doFinal(stored);
            byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + ciphertext.length);
            System.arraycopy(ciphertext, 0, sealed, NONCE_BYTES, ciphertext.length);
            String label =
                    key.curve() == Curve.P256
                            ? PemLabel.ECDSA_P256_ENCRYPTED
                            : PemLabel.ED25519_ENCRYPTED;
            return Pem.encode(label, encoded(settings, sealed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        } finally {
            Arrays.fill(stored, (byte) 0);
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG_BYTES, nonce));
        return cipher;
    }

    static byte[] encoded(Argon2Settings settings, byte[] sealed) {
        byte[] argon =
                message(
                        out -> {
                            out.writeInt32(1, Argon2Settings.VERSION);
                            out.writeUInt32(2, (int) settings.memoryKib());
                            out.writeUInt32(3, (int) settings.iterations());
                            out.writeUInt32(4, settings.parallelism());
                            out.writeByteArray(5, settings.salt().toArray());
                        });
        byte[] metadata =
                message(
                        out -> {
                            out.writeString(1, ALGORITHM);
                            out.writeByteArray(2, argon);
                        });
        return message(
                out -> {
                    out.writeByteArray(1, metadata);
                    out.writeByteArray(2, sealed);
                });
    }

    @FunctionalInterface
    private interface Body {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Body body) {
        ByteArrayOutputStream collected = new ByteArrayOutputStream(256);
        CodedOutputStream out = CodedOutputStream.newInstance(collected, 256);
        try {
            body.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return collected.toByteArray();
    }
}
