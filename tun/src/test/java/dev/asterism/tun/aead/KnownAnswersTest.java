package dev.asterism.tun.aead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.AeadCipher;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The constants themselves, computed again with the JDK's ciphers. */
class KnownAnswersTest {

    @Test
    void hasTheTagsOfTheJdk() throws Exception {
        check(KnownAnswers.GCM_PATTERNS, true);
        check(KnownAnswers.CHACHA_PATTERNS, false);
    }

    @Test
    void hasThePublishedVectorsAsTheJdkSealsThem() throws Exception {
        check(KnownAnswers.GCM, true);
        check(KnownAnswers.CHACHA, false);
    }

    private static void check(KnownAnswers.Published vector, boolean gcm) throws Exception {
        byte[] nonce = nonce(vector.prefix(), vector.counter(), gcm);
        byte[] sealed = seal(gcm, hex(vector.key()), nonce, hex(vector.aad()), hex(vector.plain()));
        assertThat(sealed).isEqualTo(hex(vector.sealed()));
    }

    @Test
    void passesForEverythingThatIsHere() {
        for (AeadCipher cipher : AeadCipher.values()) {
            assertThat(KnownAnswers.wrong(cipher.jdk(), cipher)).isNull();
            for (NativeAead provider : Present.of(cipher)) {
                assertThat(KnownAnswers.wrong(provider, cipher)).as(provider.variant()).isNull();
            }
        }
    }

    @Test
    void noticesTheOtherCipher() {
        assertThat(KnownAnswers.wrong(AeadCipher.CHACHAPOLY.jdk(), AeadCipher.AES))
                .isEqualTo("its known-answer test failed at 0 bytes");
    }

    private static void check(List<KnownAnswers.Pattern> patterns, boolean gcm) throws Exception {
        byte[] key = new byte[32];
        byte[] aad = new byte[16];
        for (int i = 0; i < 32; i++) {
            key[i] = (byte) i;
            aad[i % 16] = (byte) (0x40 + i % 16);
        }
        for (KnownAnswers.Pattern pattern : patterns) {
            byte[] plain = new byte[pattern.length()];
            for (int i = 0; i < plain.length; i++) {
                plain[i] = (byte) (7 * i + i / 256);
            }
            byte[] nonce = nonce(0, 0x0102030405060000L + pattern.length(), gcm);
            byte[] sealed = seal(gcm, key, nonce, aad, plain);
            assertThat(Arrays.copyOfRange(sealed, plain.length, sealed.length))
                    .as("%d bytes", pattern.length())
                    .isEqualTo(hex(pattern.tag()));
        }
    }

    private static byte[] nonce(int prefix, long counter, boolean gcm) {
        return ByteBuffer.allocate(12)
                .putInt(prefix)
                .order(gcm ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
                .putLong(counter)
                .array();
    }

    private static byte[] seal(boolean gcm, byte[] key, byte[] nonce, byte[] aad, byte[] plain)
            throws Exception {
        Cipher cipher = Cipher.getInstance(gcm ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(key, gcm ? "AES" : "ChaCha20"),
                gcm ? new GCMParameterSpec(128, nonce) : new IvParameterSpec(nonce));
        cipher.updateAAD(aad);
        return cipher.doFinal(plain);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
