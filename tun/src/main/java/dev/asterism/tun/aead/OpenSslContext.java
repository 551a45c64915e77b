package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadCipher;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One {@code EVP_CIPHER_CTX} per direction, given a key only when it differs from the one before. It keeps that key's
 * schedule, even of a destroyed key, until another key comes or the context goes.
 */
final class OpenSslContext extends NativeContext {

    private static final int GET_TAG = 0x10;
    private static final int SET_TAG = 0x11;

    private final Evp evp;
    private final MemorySegment sealer;
    private final MemorySegment opener;
    private final long sealerAddress;
    private final long openerAddress;
    private @Nullable NativeKey sealerKey;
    private @Nullable NativeKey openerKey;

    OpenSslContext(AeadCipher cipher, Evp evp, MemorySegment evpCipher, int noncePrefix) {
        super(KeyForm.RAW, cipher, noncePrefix);
        this.evp = evp;
        sealer = evp.context();
        opener = evp.context();
        sealerAddress = sealer.address();
        openerAddress = opener.address();
        long type = Evp.call(evpCipher, 0, 0, 0, 0, 0);
        expect(evp.encryptInit(), sealerAddress, type, 0, 0, 0);
        expect(evp.decryptInit(), openerAddress, type, 0, 0, 0);
    }

    @Override
    void sealNative(NativeKey key, long aad, int aadLength, long in, int length) {
        long out = aad + aadLength;
        boolean another = key != sealerKey;
        sealerKey = null;
        expect(evp.encryptInit(), sealerAddress, 0, 0, another ? key.address() : 0, nonce());
        sealerKey = key;
        if (aadLength > 0) {
            expect(evp.encryptUpdate(), sealerAddress, 0, own(), aad, aadLength);
        }
        if (length > 0) {
            expect(evp.encryptUpdate(), sealerAddress, out, own(), in, length);
        }
        expect(evp.encryptFinal(), sealerAddress, out + length, own(), 0, 0);
        expect(evp.control(), sealerAddress, GET_TAG, TAG, out + length, 0);
    }

    @Override
    boolean openNative(NativeKey key, long aad, int aadLength, int length, long out) {
        long in = aad + aadLength;
        boolean another = key != openerKey;
        openerKey = null;
        expect(evp.decryptInit(), openerAddress, 0, 0, another ? key.address() : 0, nonce());
        openerKey = key;
        expect(evp.control(), openerAddress, SET_TAG, TAG, in + length, 0);
        if (aadLength > 0) {
            expect(evp.decryptUpdate(), openerAddress, 0, own(), aad, aadLength);
        }
        if (length > 0) {
            expect(evp.decryptUpdate(), openerAddress, out, own(), in, length);
        }
        // libcrypto compares the tags, in constant time.
        long verdict = Evp.call(evp.decryptFinal(), openerAddress, out + length, own(), 0, 0);
        return (int) verdict == 1;
    }

    private static void expect(
            MemorySegment function, long context, long b, long c, long d, long e) {
        int result = (int) Evp.call(function, context, b, c, d, e);
        if (result != 1) {
            throw new IllegalStateException("libcrypto refused a step of a cipher: " + result);
        }
    }
}
