package dev.asterism.tun.aead;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.List;

/** The functions of libcrypto that are used. */
record Evp(
        MemorySegment newContext,
        MemorySegment freeContext,
        MemorySegment control,
        MemorySegment encryptInit,
        MemorySegment encryptUpdate,
        MemorySegment encryptFinal,
        MemorySegment decryptInit,
        MemorySegment decryptUpdate,
        MemorySegment decryptFinal) {

    static final List<String> NAMES =
            List.of(
                    "EVP_CIPHER_CTX_new",
                    "EVP_CIPHER_CTX_free",
                    "EVP_CIPHER_CTX_ctrl",
                    "EVP_EncryptInit_ex",
                    "EVP_EncryptUpdate",
                    "EVP_EncryptFinal_ex",
                    "EVP_DecryptInit_ex",
                    "EVP_DecryptUpdate",
                    "EVP_DecryptFinal_ex");

    /** Of a library that has all {@link #NAMES}. */
    static Evp of(SymbolLookup library) {
        List<MemorySegment> found = NAMES.stream().map(library::findOrThrow).toList();
        return new Evp(
                found.get(0),
                found.get(1),
                found.get(2),
                found.get(3),
                found.get(4),
                found.get(5),
                found.get(6),
                found.get(7),
                found.get(8));
    }

    /** An {@code EVP_CIPHER_CTX}, freed when the segment cannot be reached any more. */
    MemorySegment context() {
        long address = call(newContext, 0, 0, 0, 0, 0);
        if (address == 0) {
            throw new OutOfMemoryError("no memory for OpenSSL's context");
        }
        return MemorySegment.ofAddress(address)
                .reinterpret(
                        1,
                        Arena.ofAuto(),
                        context -> call(freeContext, context.address(), 0, 0, 0, 0));
    }

    static long call(MemorySegment function, long a, long b, long c, long d, long e) {
        return NativeCalls.five(function, a, b, c, d, e);
    }
}
