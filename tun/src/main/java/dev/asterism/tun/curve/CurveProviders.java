package dev.asterism.tun.curve;

import dev.asterism.overlay.curve.Curve25519;
import dev.asterism.tun.aead.NativeLibraries;
import java.lang.foreign.SymbolLookup;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Who calculates on Curve25519: OpenSSL where it is installed and passes published vectors, otherwise the JDK. Where
 * OpenSSL is taken and libsodium is installed and passes too, libsodium checks the signatures.
 */
public final class CurveProviders {

    // Wycheproof, x25519, test 1.
    private static final String PRIVATE =
            "c8a9d5a91091ad851c668b0736c1c9a02936c0d3ad62670858088047ba057475";
    private static final String PEER =
            "504a36999f489cd2fdbc08baff3d88fa00569ba986cba22548ffde80f9806829";
    private static final String SHARED =
            "436a2c040cf45fea9b29a0cb81b1f41458f863d0d61b453d0a982720d6d61320";

    // Wycheproof, ed25519, test 2.
    private static final String SIGNER =
            "7d4d0e7f6153a69b6242b522abbee685fda4420f8834b108c3bdae369ef549fa";
    private static final String MESSAGE = "78";
    private static final String SIGNATURE =
            "d80737358ede548acb173ef7e0399f83392fe8125b2ce877de7975d8b726ef5b"
                    + "1e76632280ee38afad12125ea44b961bf92f1178c9fa819d020869975bcbe109";

    private CurveProviders() {}

    /** Looked for by each call anew. Null for the JDK. */
    public static @Nullable Curve25519 ofThisMachine() {
        return of(NativeLibraries::ofSystem);
    }

    static @Nullable Curve25519 of(NativeLibraries libraries) {
        SymbolLookup library = libraries.find(NativeLibraries.LIBCRYPTO);
        try {
            Curve25519 found = library == null ? null : OpenSslCurve.of(library);
            return found != null && passes(found) ? withSodium(found, libraries) : null;
        } catch (IllegalStateException refused) { // as with FIPS providers that have no Curve25519
            return null;
        }
    }

    private static Curve25519 withSodium(Curve25519 openSsl, NativeLibraries libraries) {
        SodiumSignatures sodium = SodiumSignatures.beside(openSsl, libraries);
        return sodium != null && passesSignatures(sodium) ? sodium : openSsl;
    }

    private static boolean passesSignatures(Curve25519 curve) {
        byte[] wrong = hex(SIGNATURE);
        wrong[wrong.length - 1] ^= 0x10;
        return curve.isGenuine(hex(SIGNER), hex(MESSAGE), hex(SIGNATURE))
                && !curve.isGenuine(hex(SIGNER), hex(MESSAGE), wrong);
    }

    /** Whether it answers as published, and refuses what has one bit wrong. */
    static boolean passes(Curve25519 curve) {
        byte[] base = new byte[32];
        base[0] = 9;
        Curve25519.Key own = curve.key(hex(PRIVATE));
        try {
            // Twice, as whoever keeps a key agrees by it again and again, a refusal between.
            return Arrays.equals(own.agree(hex(PEER)), hex(SHARED))
                    && own.agree(new byte[32]) == null
                    && Arrays.equals(own.agree(hex(PEER)), hex(SHARED))
                    && Arrays.equals(own.publicKey(), own.agree(base))
                    && passesSignatures(curve);
        } finally {
            own.destroy();
        }
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
