package dev.asterism.tun.curve;

import dev.asterism.tun.aead.NativeCalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The functions of libcrypto for keys that are used. Pointers are addresses, 0 for NULL. */
final class EvpKeys {

    private static final List<String> NAMES =
            List.of(
                    "EVP_PKEY_new_raw_private_key",
                    "EVP_PKEY_new_raw_public_key",
                    "EVP_PKEY_get_raw_public_key",
                    "EVP_PKEY_free",
                    "EVP_PKEY_CTX_new",
                    "EVP_PKEY_CTX_free",
                    "EVP_PKEY_derive_init",
                    "EVP_PKEY_derive_set_peer",
                    "EVP_PKEY_derive",
                    "EVP_MD_CTX_new",
                    "EVP_MD_CTX_free",
                    "EVP_DigestVerifyInit",
                    "EVP_DigestVerify",
                    "ERR_clear_error",
                    "OpenSSL_version");

    /** OPENSSL_VERSION_STRING. */
    private static final int VERSION = 6;

    private final MemorySegment[] functions;

    private EvpKeys(MemorySegment[] functions) {
        this.functions = functions;
    }

    /** Null where one is missing. */
    static @Nullable EvpKeys of(SymbolLookup library) {
        MemorySegment[] found = new MemorySegment[NAMES.size()];
        for (int i = 0; i < found.length; i++) {
            MemorySegment function = library.find(NAMES.get(i)).orElse(null);
            if (function == null) {
                return null;
            }
            found[i] = function;
        }
        return new EvpKeys(found);
    }

    long privateKey(int type, long bytes, long length) {
        return call(0, type, 0, bytes, length, 0);
    }

    /** 0 for bytes that are no key. */
    long publicKey(int type, long bytes, long length) {
        return call(1, type, 0, bytes, length, 0);
    }

    boolean publicKeyOf(long key, long out, long length) {
        return isOne(call(2, key, out, length, 0, 0));
    }

    void freeKey(long key) {
        call(3, key, 0, 0, 0, 0);
    }

    long newContext(long key) {
        return call(4, key, 0, 0, 0, 0);
    }

    void freeContext(long context) {
        call(5, context, 0, 0, 0, 0);
    }

    boolean deriveInit(long context) {
        return isOne(call(6, context, 0, 0, 0, 0));
    }

    boolean deriveWith(long context, long peer) {
        return isOne(call(7, context, peer, 0, 0, 0));
    }

    boolean derive(long context, long out, long length) {
        return isOne(call(8, context, out, length, 0, 0));
    }

    long newDigest() {
        return call(9, 0, 0, 0, 0, 0);
    }

    void freeDigest(long context) {
        call(10, context, 0, 0, 0, 0);
    }

    boolean verifyInit(long context, long key) {
        return isOne(call(11, context, 0, 0, 0, key));
    }

    boolean verify(long context, long signature, long signatureLength, long message, long length) {
        return isOne(call(12, context, signature, signatureLength, message, length));
    }

    /** Of this thread: what was refused is no error here, and would fill libcrypto's list. */
    void clearErrors() {
        call(13, 0, 0, 0, 0, 0);
    }

    String version() {
        long text = call(14, VERSION, 0, 0, 0, 0);
        return MemorySegment.ofAddress(text).reinterpret(64).getString(0);
    }

    /** Results are C's int. */
    private static boolean isOne(long result) {
        return (int) result == 1;
    }

    private long call(int function, long a, long b, long c, long d, long e) {
        return NativeCalls.five(functions[function], a, b, c, d, e);
    }
}
