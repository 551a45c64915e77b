package dev.asterism.overlay.handshake;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rates by key, for at most {@code capacity} keys; the least recently used one is forgotten and starts full again, so
 * a budget over all keys must stand behind it. One that has filled up meanwhile is as good as none and is forgotten
 * with the next ones, so that what is kept is what happened lately.
 */
final class TokenBuckets<K> {

    private static final long ROUNDING_NANOS = 1_000;

    private final double perSecond;
    private final double burst;
    private final Map<K, Bucket> buckets;

    TokenBuckets(double perSecond, double burst, int capacity) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.buckets =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<K, Bucket> eldest) {
                        return size() > capacity;
                    }
                };
    }

    private static final class Bucket {
        double tokens;
        long filledNanos;
    }

    /** Takes a token; false when there is none. */
    boolean take(K key, long nowNanos) {
        Bucket bucket = buckets.get(key);
        if (bucket == null) {
            bucket = new Bucket();
            bucket.tokens = burst;
            bucket.filledNanos = nowNanos;
            buckets.put(key, bucket);
            forgetFull(nowNanos);
        }
        fill(bucket, nowNanos);
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens -= 1;
        return true;
    }

    /** One of those that were taken counts as if it had not been; none is there beyond the burst. */
    void giveBack(K key, long nowNanos) {
        Bucket bucket = buckets.get(key);
        if (bucket != null) {
            fill(bucket, nowNanos);
            bucket.tokens = Math.min(burst, bucket.tokens + 1);
        }
    }

    /** True when {@link #take} would succeed; nothing is taken and no key is remembered. */
    boolean has(K key, long nowNanos) {
        @Nullable Bucket bucket = buckets.get(key);
        if (bucket == null) {
            return true;
        }
        fill(bucket, nowNanos);
        return bucket.tokens >= 1;
    }

    /** When {@link #has} will be true, if nobody takes one before, or up to a microsecond earlier: fractions add up. */
    long readyNanos(K key, long nowNanos) {
        Bucket bucket = buckets.get(key);
        if (bucket == null) {
            return nowNanos;
        }
        fill(bucket, nowNanos);
        double missing = Math.max(0, 1 - bucket.tokens);
        return nowNanos + Math.max(0, (long) (missing / perSecond * 1e9) - ROUNDING_NANOS);
    }

    /** Two at most for each that comes, and so in the end all. */
    private void forgetFull(long nowNanos) {
        Iterator<Bucket> oldest = buckets.values().iterator();
        for (int i = 0; i < 2; i++) {
            Bucket bucket = oldest.next();
            fill(bucket, nowNanos);
            if (bucket.tokens < burst || !oldest.hasNext()) {
                return;
            }
            oldest.remove();
        }
    }

    private void fill(Bucket bucket, long nowNanos) {
        double earned = (nowNanos - bucket.filledNanos) * perSecond / 1e9;
        bucket.tokens = Math.min(burst, bucket.tokens + earned);
        bucket.filledNanos = nowNanos;
    }

    int size() {
        return buckets.size();
    }
}
