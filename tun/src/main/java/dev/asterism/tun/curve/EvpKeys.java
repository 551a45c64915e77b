package dev.asterism.tun.curve;

import dev.asterism.tun.aead.NativeCalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The functions of libcrypto for keys that are used. Pointers are addresses, 0 for NULL. */
final class EvpKeys {

    private enum Function {
        NEW_PRIVATE_KEY("EVP_PKEY_new_raw_private_key"),
        NEW_PUBLIC_KEY("EVP_PKEY_new_raw_public_key"),
        GET_PUBLIC_KEY("EVP_PKEY_get_raw_public_key"),
        FREE_KEY("EVP_PKEY_free"),
        NEW_CONTEXT("EVP_PKEY_CTX_new"),
        FREE_CONTEXT("EVP_PKEY_CTX_free"),
        DERIVE_INIT("EVP_PKEY_derive_init"),
        DERIVE_SET_PEER("EVP_PKEY_derive_set_peer"),
        DERIVE("EVP_PKEY_derive"),
        NEW_DIGEST("EVP_MD_CTX_new"),
        FREE_DIGEST("EVP_MD_CTX_free"),
        VERIFY_INIT("EVP_DigestVerifyInit"),
        VERIFY("EVP_DigestVerify"),
        CLEAR_ERRORS("ERR_clear_error"),
        VERSION("OpenSSL_version");

        private final String symbol;

        Function(String symbol) {
            this.symbol = symbol;
        }
    }

    /** OPENSSL_VERSION_STRING. */
    private static final int VERSION_STRING = 6;

    private final Map<Function, MemorySegment> functions;

    private EvpKeys(Map<Function, MemorySegment> functions) {
        this.functions = functions;
    }

    /** Null where one is missing. */
    static @Nullable EvpKeys of(SymbolLookup library) {
        EnumMap<Function, MemorySegment> found = new EnumMap<>(Function.class);
        for (Function function : Function.values()) {
            MemorySegment address = library.find(function.symbol).orElse(null);
            if (address == null) {
                return null;
            }
            found.put(function, address);
        }
        return new EvpKeys(found);
    }

    long privateKey(int type, long bytes, long length) {
        return call(Function.NEW_PRIVATE_KEY, type, 0, bytes, length, 0);
    }

    /** 0 for bytes that are no key. */
    long publicKey(int type, long bytes, long length) {
        return call(Function.NEW_PUBLIC_KEY, type, 0, bytes, length, 0);
    }

    boolean publicKeyOf(long key, long out, long length) {
        return isOne(call(Function.GET_PUBLIC_KEY, key, out, length, 0, 0));
    }

    void freeKey(long key) {
        call(Function.FREE_KEY, key, 0, 0, 0, 0);
    }

    long newContext(long key) {
        return call(Function.NEW_CONTEXT, key, 0, 0, 0, 0);
    }

    void freeContext(long context) {
        call(Function.FREE_CONTEXT, context, 0, 0, 0, 0);
    }

    boolean deriveInit(long context) {
        return isOne(call(Function.DERIVE_INIT, context, 0, 0, 0, 0));
    }

    boolean deriveWith(long context, long peer) {
        return isOne(call(Function.DERIVE_SET_PEER, context, peer, 0, 0, 0));
    }

    boolean derive(long context, long out, long length) {
        return isOne(call(Function.DERIVE, context, out, length, 0, 0));
    }

    long newDigest() {
        return call(Function.NEW_DIGEST, 0, 0, 0, 0, 0);
    }

    void freeDigest(long context) {
        call(Function.FREE_DIGEST, context, 0, 0, 0, 0);
    }

    boolean verifyInit(long context, long key) {
        return isOne(call(Function.VERIFY_INIT, context, 0, 0, 0, key));
    }

    boolean verify(long context, long signature, long signatureLength, long message, long length) {
        return isOne(call(Function.VERIFY, context, signature, signatureLength, message, length));
    }

    /** Of this thread: what was refused is no error here, and would fill libcrypto's list. */
    void clearErrors() {
        call(Function.CLEAR_ERRORS, 0, 0, 0, 0, 0);
    }

    String version() {
        long text = call(Function.VERSION, VERSION_STRING, 0, 0, 0, 0);
        return MemorySegment.ofAddress(text).reinterpret(64).getString(0);
    }

    /** Results are C's int. */
    private static boolean isOne(long result) {
        return (int) result == 1;
    }

    static void expect(long result) {
        if (result == 0) {
            throw new IllegalStateException("libcrypto refused a step with a key");
        }
    }

    static void expect(boolean result) {
        expect(result ? 1 : 0);
    }

    private long call(Function function, long a, long b, long c, long d, long e) {
        return NativeCalls.five(Objects.requireNonNull(functions.get(function)), a, b, c, d, e);
    }
}
