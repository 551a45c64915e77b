package dev.asterism.l7.balance;

/** Hashes of keys and endpoints for a ring: FNV-1a of the bytes, finished as MurmurHash3 finishes. */
public final class KeyHash {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private KeyHash() {}

    public static long of(byte[] b, int at, int length) {
        long hash = FNV_OFFSET;
        for (int i = at; i < at + length; i++) {
            hash = (hash ^ (b[i] & 0xff)) * FNV_PRIME;
        }
        return mix(hash);
    }

    public static long of(String text) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return mix(hash);
    }

    /** Spreads a number over all longs. */
    static long mix(long number) {
        long h = number;
        h = (h ^ h >>> 33) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
        return h ^ h >>> 33;
    }
}
