package dev.asterism.tun.curve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.hash.Sha256;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.IxHandshake;
import dev.asterism.overlay.noise.MessageRead;
import dev.asterism.overlay.noise.NoiseSuite;
import dev.asterism.overlay.noise.SessionKeys;
import dev.asterism.tun.aead.NativeLibraries;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** libcrypto's digests beside the JDK's. */
class OpenSslSha256Test {

    private OpenSslSha256 openSsl;

    @BeforeEach
    void find() {
        OpenSslSha256 found = OpenSslSha256.ofThisMachine();
        if (found == null) {
            System.err.println("SKIPPED: libcrypto.so.3 is not installed");
            throw new TestAbortedException("libcrypto.so.3 is not installed");
        }
        openSsl = found;
    }

    @AfterEach
    void chooseTheJdk() {
        Sha256.choose(null);
    }

    /** Around the lengths of one block, two, and all that is copied without an allocation. */
    @Test
    void answersAsTheJdkDoesAtEveryLength() throws Exception {
        byte[] text = new byte[10_000];
        new Random(256).nextBytes(text);
        for (int length :
                IntStream.concat(IntStream.range(0, 300), IntStream.of(4_095, 4_096, 4_097, 9_990))
                        .toArray()) {
            assertThat(digest(text, 7, length))
                    .as("%d bytes", length)
                    .isEqualTo(byJdk(text, 7, length));
        }
    }

    private byte[] digest(byte[] in, int from, int length) {
        byte[] out = new byte[Sha256.BYTES];
        openSsl.digest(in, from, length, out);
        return out;
    }

    private static byte[] byJdk(byte[] in, int from, int length) throws Exception {
        return MessageDigest.getInstance("SHA-256")
                .digest(Arrays.copyOfRange(in, from, from + length));
    }

    @Test
    void severalThreadsDoNotMixTheirBytes() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Callable<Boolean> task =
                    () -> {
                        byte[] own = new byte[100];
                        Arrays.fill(own, (byte) Thread.currentThread().threadId());
                        byte[] expected = byJdk(own, 0, own.length);
                        boolean right = true;
                        for (int i = 0; i < 5_000; i++) {
                            right &= Arrays.equals(digest(own, 0, own.length), expected);
                        }
                        return right;
                    };
            for (Future<Boolean> done : threads.invokeAll(List.of(task, task))) {
                assertThat(done.get()).isTrue();
            }
        }
    }

    /** The chaining keys and the hash of a handshake in which each end calculates by another. */
    @Test
    void aHandshakeWithOneWhoUsesTheJdkComesToTheSameKeys() {
        NoiseSuite suite = NoiseSuite.byJdk(Dh.x25519(), AeadCipher.AES);
        RandomSource random = new Random(5)::nextBytes;
        IxHandshake a =
                IxHandshake.initiator(
                        suite, Dh.x25519().generate(random), Dh.x25519().generate(random));
        IxHandshake b =
                IxHandshake.responder(
                        suite, Dh.x25519().generate(random), Dh.x25519().generate(random));
        Sha256.choose(openSsl);
        byte[] message1 = a.writeMessage1(new byte[200]);
        Sha256.choose(null);
        b.readMessage1(message1);
        byte[] message2 = Objects.requireNonNull(b.writeMessage2(new byte[200]));
        SessionKeys ofB = b.split();
        Sha256.choose(openSsl);

        assertThat(a.readMessage2(message2)).isInstanceOf(MessageRead.Read.class);
        SessionKeys ofA = a.split();

        assertThat(ofA.sending()).isEqualTo(ofB.receiving());
        assertThat(ofA.receiving()).isEqualTo(ofB.sending());
        assertThat(ofA.handshakeHash()).isEqualTo(ofB.handshakeHash());
    }

    @Test
    void isNotChosenWhenItAnswersWrongly() {
        assertThat(OpenSslSha256.passes(openSsl)).isTrue();
        for (int length : new int[] {0, 3, 56}) {
            Sha256.Library wrong =
                    (in, from, bytes, out) -> {
                        openSsl.digest(in, from, bytes, out);
                        out[31] ^= (byte) (bytes == length ? 1 : 0);
                    };
            assertThat(OpenSslSha256.passes(wrong)).as("%d bytes", length).isFalse();
        }
        assertThat(
                        OpenSslSha256.passes(
                                (_, _, _, _) -> {
                                    throw new IllegalStateException("refused");
                                }))
                .isFalse();
    }

    @Test
    void isNotChosenWhereTheLibraryOrAFunctionIsMissing() {
        assertThat(OpenSslSha256.of(_ -> null)).isNull();
        for (String missing : new String[] {"EVP_MD_fetch", "EVP_Digest"}) {
            NativeLibraries without =
                    name -> {
                        var all = Objects.requireNonNull(NativeLibraries.ofSystem(name));
                        return symbol ->
                                symbol.equals(missing) ? Optional.empty() : all.find(symbol);
                    };
            assertThat(OpenSslSha256.of(without)).as(missing).isNull();
        }
    }

    /** As a provider of libcrypto without SHA-256 would. */
    @Test
    void isNotChosenWhenLibcryptoHasNoMethodOrRefuses() {
        for (String replaced : new String[] {"EVP_MD_fetch", "EVP_Digest"}) {
            NativeLibraries refusing =
                    name -> {
                        var all = Objects.requireNonNull(NativeLibraries.ofSystem(name));
                        return symbol ->
                                all.find(symbol.equals(replaced) ? "ERR_peek_last_error" : symbol);
                    };
            assertThat(OpenSslSha256.of(refusing)).as(replaced).isNull();
        }
    }

    @Test
    void refusesADigestOfAnotherLength() {
        assertThatThrownBy(() -> openSsl.digest(new byte[3], 0, 3, new byte[33]))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
