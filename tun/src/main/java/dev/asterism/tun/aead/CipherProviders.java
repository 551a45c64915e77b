package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadProvider;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses who seals and opens packets: libipsec-mb, OpenSSL, the JDK, in this order, each only after its {@link
 * KnownAnswers}.
 */
public final class CipherProviders {

    private final NativeLibraries libraries;

    CipherProviders(NativeLibraries libraries) {
        this.libraries = libraries;
    }

    /** With the libraries that the dynamic linker finds. */
    public static CipherProviders ofThisMachine() {
        return new CipherProviders(NativeLibraries::ofSystem);
    }

    /** What the configuration asks for. */
    public enum Preference {
        AUTO("auto"),
        IPSEC_MB("ipsec-mb"),
        OPENSSL("openssl"),
        JDK("jdk");

        private final String word;

        Preference(String word) {
            this.word = word;
        }

        /** As it stands in the configuration. */
        public String word() {
            return word;
        }
    }

    public sealed interface Outcome {}

    /**
     * @param provider has passed its tests
     * @param by the library's word in the configuration
     * @param variant which of its implementations, or its version
     * @param notUsed sentences that say why it is not a faster one; empty when it is the fastest
     */
    public record Chosen(
            AeadProvider provider,
            AeadCipher cipher,
            String by,
            String variant,
            List<String> notUsed)
            implements Outcome {

        private Chosen askedFor() {
            return new Chosen(
                    provider,
                    cipher,
                    by,
                    variant,
                    List.of("faster ones not tried: this one was asked for by name"));
        }
    }

    /**
     * The one that was named cannot be used.
     *
     * @param why a sentence without a full stop
     */
    public record Unavailable(String why) implements Outcome {}

    /** With {@link Preference#AUTO} always something, if only the JDK's own is in order. */
    public Outcome choose(Preference wanted, AeadCipher cipher) {
        List<String> notUsed = new ArrayList<>();
        Chosen outcome =
                switch (wanted) {
                    case AUTO -> fastest(cipher, notUsed);
                    case IPSEC_MB -> ipsecMb(cipher, notUsed);
                    case OPENSSL -> openSsl(cipher, notUsed);
                    case JDK -> jdk(cipher, notUsed);
                };
        if (outcome == null) {
            return new Unavailable(String.join("; ", notUsed));
        }
        return wanted == Preference.OPENSSL || wanted == Preference.JDK
                ? outcome.askedFor()
                : outcome;
    }

    private @Nullable Chosen fastest(AeadCipher cipher, List<String> notUsed) {
        Chosen found = ipsecMb(cipher, notUsed);
        if (found == null) {
            found = openSsl(cipher, notUsed);
        }
        return found != null ? found : jdk(cipher, notUsed);
    }

    private @Nullable Chosen ipsecMb(AeadCipher cipher, List<String> notUsed) {
        for (Attempt attempt : IpsecMb.attempts(libraries, cipher)) {
            Chosen found = tested("ipsec-mb", "libipsec-mb", attempt, cipher, notUsed);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable Chosen openSsl(AeadCipher cipher, List<String> notUsed) {
        Attempt attempt = OpenSsl.attempt(libraries, cipher);
        return tested("openssl", "OpenSSL", attempt, cipher, notUsed);
    }

    private static @Nullable Chosen tested(
            String by, String name, Attempt attempt, AeadCipher cipher, List<String> notUsed) {
        // No switch over types: the class it makes at run time costs more than the tests.
        if (attempt instanceof Attempt.Found(NativeAead provider)) {
            String wrong = KnownAnswers.wrong(provider, cipher);
            if (wrong == null) {
                return new Chosen(provider, cipher, by, provider.variant(), List.copyOf(notUsed));
            }
            notUsed.add(name + " (" + provider.variant() + ") not used: " + wrong);
        } else if (attempt instanceof Attempt.Missing(String why)) {
            notUsed.add(name + " not used: " + why);
        }
        return null;
    }

    private static @Nullable Chosen jdk(AeadCipher cipher, List<String> notUsed) {
        AeadProvider provider = cipher.jdk();
        String wrong = KnownAnswers.wrong(provider, cipher);
        if (wrong == null) {
            String version = System.getProperty("java.version", "unknown version");
            return new Chosen(provider, cipher, "jdk", version, List.copyOf(notUsed));
        }
        notUsed.add("the JDK's ciphers not used: " + wrong);
        return null;
    }
}
