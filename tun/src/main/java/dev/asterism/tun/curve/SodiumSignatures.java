package dev.asterism.tun.curve;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.asterism.overlay.curve.Curve25519;
import dev.asterism.tun.aead.NativeCalls;
import dev.asterism.tun.aead.NativeLibraries;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import org.jspecify.annotations.Nullable;

/**
 * Ed25519 signatures checked by libsodium, all else by another library. Libcrypto's code for these signatures is
 * portable C for 32 bits, and takes more than twice as long (docs/adr/0077-signatures-by-libsodium.md). Nothing secret
 * goes in. Of the keys and signatures that RFC 8032 leaves open it refuses more than others do: points of small order,
 * which no generator makes.
 */
final class SodiumSignatures implements Curve25519 {

    /** Of libsodium 1.0.13 and newer. */
    static final String FILE = "libsodium.so.23";

    private static final int KEY_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;

    private final Curve25519 others;
    private final MemorySegment verify;
    private final String version;

    private SodiumSignatures(Curve25519 others, MemorySegment verify, String version) {
        this.others = others;
        this.verify = verify;
        this.version = version;
    }

    /** Null where it is not installed. */
    static @Nullable SodiumSignatures beside(Curve25519 others, NativeLibraries libraries) {
        SymbolLookup library = libraries.find(FILE);
        if (library == null) {
            return null;
        }
        MemorySegment verify = library.find("crypto_sign_verify_detached").orElse(null);
        MemorySegment version = library.find("sodium_version_string").orElse(null);
        return verify == null || version == null
                ? null
                : new SodiumSignatures(others, verify, text(version));
    }

    private static String text(MemorySegment function) {
        long address = NativeCalls.five(function, 0, 0, 0, 0, 0);
        return MemorySegment.ofAddress(address).reinterpret(64).getString(0);
    }

    @Override
    public Key key(byte[] privateKey) {
        return others.key(privateKey);
    }

    @Override
    public boolean isGenuine(byte[] publicKey, byte[] message, byte[] signature) {
        if (publicKey.length != KEY_BYTES || signature.length != SIGNATURE_BYTES) {
            return false; // libsodium takes no lengths of these
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment all = arena.allocate(KEY_BYTES + SIGNATURE_BYTES + message.length);
            MemorySegment.copy(publicKey, 0, all, JAVA_BYTE, 0, KEY_BYTES);
            MemorySegment.copy(signature, 0, all, JAVA_BYTE, KEY_BYTES, SIGNATURE_BYTES);
            MemorySegment.copy(
                    message, 0, all, JAVA_BYTE, KEY_BYTES + SIGNATURE_BYTES, message.length);
            long key = all.address();
            long behind = key + KEY_BYTES;
            long result =
                    NativeCalls.five(
                            verify, behind, behind + SIGNATURE_BYTES, message.length, key, 0);
            return (int) result == 0;
        }
    }

    @Override
    public String name() {
        return others.name() + ", libsodium " + version;
    }
}
