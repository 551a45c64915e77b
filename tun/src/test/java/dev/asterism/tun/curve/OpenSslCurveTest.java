package dev.asterism.tun.curve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.SignatureCheck;
import dev.asterism.overlay.curve.Curve25519;
import dev.asterism.overlay.curve.CurveChoice;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.noise.Vectors;
import dev.asterism.tun.aead.NativeLibraries;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** libcrypto's answers through our wrappers, by Wycheproof and beside the JDK's. */
class OpenSslCurveTest {

    private static final byte[] ZERO = new byte[32];

    @BeforeEach
    void chooseOpenSsl() {
        Curve25519 curve = CurveProviders.ofThisMachine();
        if (curve == null) {
            System.err.println("SKIPPED: libcrypto.so.3 is not installed");
            Assumptions.abort("libcrypto.so.3 is not installed");
        }
        CurveChoice.choose(curve);
    }

    @AfterEach
    void chooseTheJdk() {
        CurveChoice.choose(null);
    }

    @Test
    void agreesWithEveryVerdictOnX25519AndRefusesZeroSecrets() {
        List<JsonNode> tests = Vectors.wycheproof("x25519");
        assertThat(tests).hasSize(518);
        for (JsonNode test : tests) {
            KeyPair own = Dh.x25519().keyPair(Vectors.hex(test, "private"));
            byte[] expected = Vectors.hex(test, "shared");

            byte[] secret = Dh.x25519().agree(own, Bytes.owning(Vectors.hex(test, "public")));

            assertThat(secret)
                    .as("%s %s", test.get("tcId"), test.get("comment"))
                    .isEqualTo(Arrays.equals(expected, ZERO) ? null : expected);
        }
    }

    /** With libsodium where it is installed, and without it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void agreesWithEveryVerdictOnEd25519(boolean sodium) {
        chooseWithSodium(sodium);
        List<Verdict> verdicts = verdictsOnEd25519();
        assertThat(verdicts).hasSize(151);
        verdicts.forEach(
                one -> assertThat(one.isGenuine()).as(one.name()).isEqualTo(one.expected()));
        CurveChoice.choose(null);
        verdicts.forEach(
                one ->
                        assertThat(one.isGenuine())
                                .as("jdk " + one.name())
                                .isEqualTo(one.expected()));
    }

    private static void chooseWithSodium(boolean wanted) {
        boolean installed = NativeLibraries.ofSystem(SodiumSignatures.FILE) != null;
        if (wanted && !installed) {
            System.err.println("SKIPPED: " + SodiumSignatures.FILE + " is not installed");
            Assumptions.abort("libsodium is not installed");
        }
        NativeLibraries libraries =
                name ->
                        wanted || !name.equals(SodiumSignatures.FILE)
                                ? NativeLibraries.ofSystem(name)
                                : null;
        Curve25519 curve = Objects.requireNonNull(CurveProviders.of(libraries));
        assertThat(curve.name()).matches(wanted ? "openssl .*, libsodium 1.*" : "openssl [^,]*");
        CurveChoice.choose(curve);
    }

    private record Verdict(
            String name, Bytes key, Bytes message, Bytes signature, boolean expected) {
        boolean isGenuine() {
            return SignatureCheck.isGenuine(Curve.CURVE25519, key, message, signature);
        }
    }

    private static List<Verdict> verdictsOnEd25519() {
        List<Verdict> verdicts = new ArrayList<>();
        for (JsonNode group : Vectors.json("wycheproof/ed25519.json.gz").get("testGroups")) {
            Bytes key = Bytes.owning(Vectors.hex(group.get("publicKey"), "pk"));
            for (JsonNode test : group.get("tests")) {
                verdicts.add(
                        new Verdict(
                                test.get("tcId").asText() + " " + test.get("comment").asText(),
                                key,
                                Bytes.owning(Vectors.hex(test, "msg")),
                                Bytes.owning(Vectors.hex(test, "sig")),
                                test.get("result").asText().equals("valid")));
            }
        }
        return verdicts;
    }

    /** Points and scalars of all kinds: random, small, with the top bit, at and above the prime. */
    @Test
    void answersAsTheJdkDoes() {
        Random dice = new Random(25519);
        for (int i = 0; i < 300; i++) {
            byte[] scalar = odd(dice);
            byte[] point = odd(dice);
            byte[] byOpenSsl = secret(scalar, point);
            Bytes key = Dh.x25519().keyPair(scalar).publicKey();
            CurveChoice.choose(null);
            assertThat(byOpenSsl)
                    .as("scalar %s, point %s", Arrays.toString(scalar), Arrays.toString(point))
                    .isEqualTo(secret(scalar, point));
            assertThat(key).isEqualTo(Dh.x25519().keyPair(scalar).publicKey());
            chooseOpenSsl();
        }
    }

    private static byte @Nullable [] secret(byte[] scalar, byte[] point) {
        return Dh.x25519().agree(Dh.x25519().keyPair(scalar), Bytes.copyOf(point));
    }

    private static byte[] odd(Random dice) {
        byte[] value = new byte[32];
        switch (dice.nextInt(4)) {
            case 0 -> dice.nextBytes(value);
            case 1 -> value[dice.nextInt(32)] = (byte) dice.nextInt(256);
            case 2 -> Arrays.fill(value, (byte) 0xFF);
            default -> {
                Arrays.fill(value, (byte) 0xFF);
                value[0] = (byte) (0xE8 + dice.nextInt(24));
                value[31] = (byte) (dice.nextBoolean() ? 0x7F : 0xFF);
            }
        }
        return value;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusesKeysAndSignaturesOfOtherLengths(boolean sodium) {
        chooseWithSodium(sodium);
        Curve25519 curve = Objects.requireNonNull(CurveChoice.chosen());
        Verdict good = verdictsOnEd25519().get(1);
        byte[] key = good.key().toArray();
        byte[] message = good.message().toArray();
        byte[] signature = good.signature().toArray();
        Curve25519.Key own = curve.key(key);
        assertThat(curve.isGenuine(key, message, signature)).isTrue();
        for (int length : new int[] {0, 1, 31, 33, 63, 65}) {
            assertThat(curve.isGenuine(key, message, Arrays.copyOf(signature, length))).isFalse();
            assertThat(curve.isGenuine(Arrays.copyOf(key, length), message, signature)).isFalse();
            assertThat(own.agree(new byte[length])).isNull();
        }
    }

    /** Keys are kept over many agreements, and secrets must not outlive them. */
    @Test
    void agreesByOneKeyAgainAndAgainAndNeverOnceItIsDestroyed() {
        Curve25519 curve = Objects.requireNonNull(CurveChoice.chosen());
        Random dice = new Random(7);
        byte[] scalar = odd(dice);
        Curve25519.Key kept = curve.key(scalar);
        for (int i = 0; i < 50; i++) {
            byte[] point = odd(dice);
            Curve25519.Key fresh = curve.key(scalar);
            assertThat(kept.agree(point)).isEqualTo(fresh.agree(point));
            fresh.destroy();
        }
        kept.destroy();
        kept.destroy();
        assertThatThrownBy(() -> kept.agree(new byte[32]))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(kept::publicKey).isInstanceOf(IllegalStateException.class);
    }

    /** As when the choice falls after the keys were read. */
    @Test
    void takesPairsThatTheJdkHasMadeAndTheOtherWayRound() {
        byte[] scalar = odd(new Random(3));
        byte[] point = curvePoint();
        KeyPair byOpenSsl = Dh.x25519().keyPair(scalar);
        CurveChoice.choose(null);
        KeyPair byJdk = Dh.x25519().keyPair(scalar);
        byte[] expected = Dh.x25519().agree(byJdk, Bytes.copyOf(point));
        assertThat(expected).isNotNull();
        assertThat(Dh.x25519().agree(byOpenSsl, Bytes.copyOf(point))).isEqualTo(expected);
        chooseOpenSsl();
        assertThat(Dh.x25519().agree(byJdk, Bytes.copyOf(point))).isEqualTo(expected);
        byJdk.destroy();
        assertThat(Dh.x25519().agree(byJdk, Bytes.copyOf(point))).isNotEqualTo(expected);
    }

    private static byte[] curvePoint() {
        byte[] point = new byte[32];
        point[0] = 9;
        return point;
    }

    @Test
    void isNotChosenWhenItAnswersWrongly() {
        Curve25519 right = Objects.requireNonNull(CurveChoice.chosen());
        assertThat(CurveProviders.passes(right)).isTrue();
        assertThat(CurveProviders.passes(new Wrong(right, 0))).isFalse();
        assertThat(CurveProviders.passes(new Wrong(right, 1))).isFalse();
        assertThat(CurveProviders.passes(new Wrong(right, 2))).isFalse();
    }

    /**
     * As libcrypto answers whose provider has no Curve25519, such as that of FIPS mode: with NULL or 0. Its list of
     * errors is empty here, so that the look at the last one gives 0 as well.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "EVP_PKEY_new_raw_private_key",
                "EVP_PKEY_new_raw_public_key",
                "EVP_PKEY_get_raw_public_key",
                "EVP_PKEY_CTX_new",
                "EVP_PKEY_derive_init",
                "EVP_PKEY_derive_set_peer",
                "EVP_PKEY_derive",
                "EVP_MD_CTX_new",
                "EVP_DigestVerifyInit",
                "EVP_DigestVerify"
            })
    void isNotChosenWhenItRefusesAStep(String step) {
        assertThat(CurveProviders.of(inPlaceOf(step, "ERR_peek_last_error"))).isNull();
    }

    @Test
    void isNotChosenWhereItLacksAFunctionOrIsNotInstalled() {
        assertThat(CurveProviders.of(inPlaceOf("EVP_PKEY_derive", "no_such_function"))).isNull();
        assertThat(CurveProviders.of(_ -> null)).isNull();
    }

    /** As a libsodium would be that has something else under that name: OpenSSL checks signatures then. */
    @Test
    void takesNoLibsodiumThatAnswersWrongly() {
        chooseWithSodium(true);
        for (String other : List.of("sodium_library_version_major", "no_such_function")) {
            Curve25519 curve =
                    Objects.requireNonNull(
                            CurveProviders.of(inPlaceOf("crypto_sign_verify_detached", other)));

            assertThat(curve.name()).doesNotContain("libsodium");
        }
    }

    /** The system's libcrypto, in which a function is found under another one's name. */
    private static NativeLibraries inPlaceOf(String function, String other) {
        return name -> {
            SymbolLookup real = NativeLibraries.ofSystem(name);
            return real == null
                    ? null
                    : symbol -> real.find(symbol.equals(function) ? other : symbol);
        };
    }

    /** Right but for one kind of question. */
    private record Wrong(Curve25519 right, int what) implements Curve25519 {
        @Override
        public Key key(byte[] privateKey) {
            Key key = right.key(privateKey);
            return new Key() {
                @Override
                public byte[] publicKey() {
                    return what == 0 ? new byte[32] : key.publicKey();
                }

                @Override
                public byte @Nullable [] agree(byte[] peerPublicKey) {
                    byte[] shared = key.agree(peerPublicKey);
                    return what == 1 && shared == null ? new byte[32] : shared;
                }

                @Override
                public void destroy() {
                    key.destroy();
                }
            };
        }

        @Override
        public boolean isGenuine(byte[] publicKey, byte[] message, byte[] signature) {
            return what == 2 || right.isGenuine(publicKey, message, signature);
        }

        @Override
        public String name() {
            return "wrong";
        }
    }
}
