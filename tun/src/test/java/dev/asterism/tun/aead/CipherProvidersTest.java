package dev.asterism.tun.aead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.tun.aead.CipherProviders.Chosen;
import dev.asterism.tun.aead.CipherProviders.Preference;
import dev.asterism.tun.aead.CipherProviders.Unavailable;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CipherProvidersTest {

    private static final NativeLibraries NONE = _ -> null;

    @ParameterizedTest
    @EnumSource(AeadCipher.class)
    void takesTheFastestThatIsHere(AeadCipher cipher) {
        assumeAnyHere(IpsecMb.FILES);

        Chosen chosen = chosen(NativeLibraries::ofSystem, Preference.AUTO, cipher);

        assertThat(chosen.by()).isEqualTo("ipsec-mb");
        assertThat(chosen.notUsed()).isEmpty();
        assertThat(chosen.provider().name()).isEqualTo("ipsec-mb " + cipher.displayName());
    }

    @ParameterizedTest
    @EnumSource(AeadCipher.class)
    void fallsBackToTheJdkAndSaysWhatToInstall(AeadCipher cipher) {
        Chosen chosen = chosen(NONE, Preference.AUTO, cipher);

        assertThat(chosen.by()).isEqualTo("jdk");
        assertThat(chosen.notUsed()).hasSize(2);
        assertThat(chosen.notUsed().getLast())
                .isEqualTo(
                        "OpenSSL not used: libcrypto.so.3 is not installed (install libssl3t64 or libssl3)");
        if (System.getProperty("os.arch").equals("amd64")) {
            assertThat(chosen.notUsed().getFirst())
                    .isEqualTo(
                            "libipsec-mb not used: libIPSec_MB.so.2 or libIPSec_MB.so.1 is not"
                                    + " installed (install libipsec-mb2 or libipsec-mb1)");
        }
    }

    @ParameterizedTest
    @EnumSource(AeadCipher.class)
    void takesOpenSslWhenOnlyThatIsHere(AeadCipher cipher) {
        assumeAnyHere(List.of(OpenSsl.FILE));
        NativeLibraries only =
                name -> name.equals(OpenSsl.FILE) ? NativeLibraries.ofSystem(name) : null;

        Chosen chosen = chosen(only, Preference.AUTO, cipher);

        assertThat(chosen.by()).isEqualTo("openssl");
        assertThat(chosen.variant()).startsWith("3.");
        assertThat(chosen.notUsed()).hasSize(1);
    }

    @Test
    void takesEachVersionOfLibipsecMbThatIsHere() {
        assumeAnyHere(IpsecMb.FILES);

        for (String file : IpsecMb.FILES) {
            if (NativeLibraries.ofSystem(file) != null) {
                NativeLibraries only =
                        name -> name.equals(file) ? NativeLibraries.ofSystem(name) : null;
                for (AeadCipher cipher : AeadCipher.values()) {
                    assertThat(chosen(only, Preference.AUTO, cipher).by()).isEqualTo("ipsec-mb");
                }
            }
        }
    }

    @Test
    void fallsToTheNextWhenTheKeyScheduleIsWrong() {
        assumeAnyHere(IpsecMb.FILES);
        assumeAnyHere(List.of(OpenSsl.FILE));
        // Keys as AES-128 wants them: each answer is wrong, and nothing crashes.
        NativeLibraries broken =
                misnamed(name -> name.replace("aes_gcm_pre_256", "aes_gcm_pre_128"));

        Chosen chosen = chosen(broken, Preference.AUTO, AeadCipher.AES);

        assertThat(chosen.by()).isEqualTo("openssl");
        assertThat(chosen.notUsed())
                .isNotEmpty()
                .allMatch(why -> why.startsWith("libipsec-mb ("))
                .allMatch(why -> why.endsWith(" not used: a published test vector came out wrong"));
    }

    @Test
    void takesALowerVariantWhenOneFails() {
        assumeAnyHere(IpsecMb.FILES);
        List<NativeAead> present = Present.of(AeadCipher.AES);
        assumeTrue(
                present.getFirst().variant().equals("vaes_avx512"),
                "this CPU has no VAES with AVX-512");
        NativeLibraries broken =
                misnamed(
                        name ->
                                name.equals("aes_gcm_dec_256_vaes_avx512")
                                        ? "aes_gcm_enc_256_vaes_avx512"
                                        : name);

        Chosen chosen = chosen(broken, Preference.AUTO, AeadCipher.AES);

        assertThat(chosen.variant()).isEqualTo(present.get(1).variant());
        assertThat(chosen.notUsed())
                .containsExactly(
                        "libipsec-mb (vaes_avx512) not used: its known-answer test failed at 1 bytes");
    }

    @Test
    void doesNotCallALibraryThatLacksAFunction() {
        assumeAnyHere(List.of(OpenSsl.FILE));
        NativeLibraries old = misnamed(name -> "no_such_" + name);

        Chosen chosen = chosen(old, Preference.AUTO, AeadCipher.CHACHAPOLY);

        assertThat(chosen.by()).isEqualTo("jdk");
        assertThat(chosen.notUsed().getLast())
                .isEqualTo("OpenSSL not used: libcrypto.so.3 has no EVP_CIPHER_CTX_new");
    }

    @ParameterizedTest
    @EnumSource(
            value = Preference.class,
            names = {"IPSEC_MB", "OPENSSL"})
    void refusesANamedOneThatIsNotHere(Preference wanted) {
        CipherProviders providers = new CipherProviders(NONE);

        for (AeadCipher cipher : AeadCipher.values()) {
            assertThat(providers.choose(wanted, cipher))
                    .isInstanceOfSatisfying(
                            Unavailable.class, none -> assertThat(none.why()).contains("not used"));
        }
    }

    @Test
    void doesAsItIsToldWithoutTryingFasterOnes() {
        Chosen chosen =
                chosen(
                        name -> {
                            throw new AssertionError("looked for " + name);
                        },
                        Preference.JDK,
                        AeadCipher.AES);

        assertThat(chosen.by()).isEqualTo("jdk");
        assertThat(chosen.notUsed()).hasSize(1);
    }

    private static Chosen chosen(NativeLibraries from, Preference wanted, AeadCipher cipher) {
        return (Chosen) new CipherProviders(from).choose(wanted, cipher);
    }

    private static void assumeAnyHere(List<String> libraries) {
        assumeTrue(
                libraries.stream().anyMatch(name -> NativeLibraries.ofSystem(name) != null),
                () -> String.join(" or ", libraries) + " is not installed");
    }

    /** The system's libraries, in which functions are found under others' names. */
    private static NativeLibraries misnamed(UnaryOperator<String> naming) {
        return name -> {
            SymbolLookup real = NativeLibraries.ofSystem(name);
            return real == null ? null : symbol -> real.find(naming.apply(symbol));
        };
    }
}
