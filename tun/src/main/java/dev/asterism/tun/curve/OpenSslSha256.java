package dev.asterism.tun.curve;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.asterism.overlay.hash.Sha256;
import dev.asterism.tun.aead.NativeCalls;
import dev.asterism.tun.aead.NativeLibraries;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 by libcrypto's {@code EVP_Digest}, a call for each digest: with the CPU's instructions for it some 60 ns for
 * a block. The bytes are copied to memory of this object and wiped there, as they may be keys. One call at a time.
 */
public final class OpenSslSha256 implements Sha256.Library {

    private static final int ROOM = 4096;

    /** One and two blocks of FIPS 180-4's examples, and nothing at all. */
    private static final String[][] PUBLISHED = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        },
    };

    private final MemorySegment digest;
    private final long method;
    private final MemorySegment room = Arena.ofAuto().allocate(ROOM);
    private final MemorySegment result = Arena.ofAuto().allocate(Sha256.BYTES);

    private OpenSslSha256(MemorySegment digest, long method) {
        this.digest = digest;
        this.method = method;
    }

    /** Null where it is not installed or does not answer as published. */
    public static @Nullable OpenSslSha256 ofThisMachine() {
        return of(NativeLibraries::ofSystem);
    }

    static @Nullable OpenSslSha256 of(NativeLibraries libraries) {
        SymbolLookup library = libraries.find(NativeLibraries.LIBCRYPTO);
        MemorySegment fetch = library == null ? null : library.find("EVP_MD_fetch").orElse(null);
        MemorySegment digest = library == null ? null : library.find("EVP_Digest").orElse(null);
        if (fetch == null || digest == null) {
            return null;
        }
        OpenSslSha256 found = new OpenSslSha256(digest, fetched(fetch));
        return found.method != 0 && passes(found) ? found : null;
    }

    /** The method, for the life of the process: looking for it takes longer than a digest. 0 without one. */
    private static long fetched(MemorySegment fetch) {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom("SHA256").address();
            return NativeCalls.five(fetch, 0, name, 0, 0, 0);
        }
    }

    static boolean passes(Sha256.Library library) {
        for (String[] one : PUBLISHED) {
            byte[] text = one[0].getBytes(StandardCharsets.US_ASCII);
            byte[] out = new byte[Sha256.BYTES];
            try {
                library.digest(text, 0, text.length, out);
            } catch (IllegalStateException refused) {
                return false;
            }
            if (!Arrays.equals(out, HexFormat.of().parseHex(one[1]))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void digest(byte[] in, int from, int length, byte[] out) {
        if (length > ROOM) {
            try (Arena arena = Arena.ofConfined()) {
                digest(in, from, length, out, arena.allocate(length));
            }
        } else {
            digest(in, from, length, out, room);
        }
    }

    private synchronized void digest(
            byte[] in, int from, int length, byte[] out, MemorySegment copy) {
        MemorySegment.copy(in, from, copy, JAVA_BYTE, 0, length);
        long made = NativeCalls.five(digest, copy.address(), length, result.address(), 0, method);
        copy.asSlice(0, length).fill((byte) 0);
        if ((int) made != 1) {
            throw new IllegalStateException("libcrypto refused a digest");
        }
        MemorySegment.copy(result, JAVA_BYTE, 0, out, 0, out.length);
        result.fill((byte) 0);
    }
}
