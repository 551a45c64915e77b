package dev.asterism.tun.aead;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asterism.overlay.aead.AeadCipher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/** Every native implementation that this machine can run, also those that a faster one would hide. */
final class Present {

    private Present() {}

    static List<NativeAead> of(AeadCipher cipher) {
        List<NativeAead> found = new ArrayList<>();
        for (Attempt attempt : attempts(cipher)) {
            if (attempt instanceof Attempt.Found(NativeAead provider)) {
                found.add(provider);
            }
        }
        return found;
    }

    private static List<Attempt> attempts(AeadCipher cipher) {
        List<Attempt> attempts =
                new ArrayList<>(IpsecMb.attempts(NativeLibraries::ofSystem, cipher));
        attempts.add(OpenSsl.attempt(NativeLibraries::ofSystem, cipher));
        return attempts;
    }

    /** For parameterized tests: the present ones, and of a library that is not there its reason. */
    static Stream<Named<Candidate>> candidates() {
        return Stream.of(AeadCipher.values()).flatMap(Present::candidates);
    }

    private static Stream<Named<Candidate>> candidates(AeadCipher cipher) {
        return attempts(cipher).stream()
                .map(attempt -> new Candidate(cipher, attempt))
                .map(candidate -> Named.of(candidate.toString(), candidate));
    }

    record Candidate(AeadCipher cipher, Attempt attempt) {

        /** Skips the test with the reason when there is none. */
        NativeAead provider() {
            if (attempt instanceof Attempt.Found(NativeAead provider)) {
                return provider;
            }
            assumeTrue(false, toString());
            throw new AssertionError("unreachable");
        }

        @Override
        public String toString() {
            return switch (attempt) {
                case Attempt.Found(NativeAead provider) ->
                        provider.name() + " " + provider.variant();
                case Attempt.Missing(String why) -> cipher.displayName() + ": " + why;
            };
        }
    }
}
