package dev.asterism.cert.serve;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many requests are looked at: per source, an IPv4 address or the first 64 bits of an IPv6 one, and in total. A
 * bucket holds the requests of a minute and fills evenly. Any thread.
 */
public final class RequestLimits {

    private static final int SOURCES = 4096;
    private static final int IPV6_PREFIX_BYTES = 8;
    private static final double NANOS_OF_A_MINUTE = 60e9;

    private final LongSupplier nanos;
    private final int perSource;
    private final Bucket total;
    private final Map<String, Bucket> sources = new LinkedHashMap<>(64, 0.75f, true);

    /**
     * @param perSource requests in a minute; likewise {@code total}
     * @param nanos a clock that never goes back
     */
    public RequestLimits(int perSource, int total, LongSupplier nanos) {
        this.nanos = nanos;
        this.perSource = perSource;
        this.total = new Bucket(total, nanos.getAsLong());
    }

    /** Whether one more request of this source is read. */
    synchronized boolean admit(InetAddress from) {
        long now = nanos.getAsLong();
        Bucket own = sources.computeIfAbsent(source(from), _ -> new Bucket(perSource, now));
        if (sources.size() > SOURCES) {
            sources.remove(sources.keySet().iterator().next());
        }
        return own.take(now);
    }

    /** Whether one more request that is whole is worked on: what a source has too many costs the others nothing. */
    synchronized boolean admitInTotal() {
        return total.take(nanos.getAsLong());
    }

    /** What counts as one source. */
    static String source(InetAddress from) {
        byte[] address = from.getAddress();
        int length = Math.min(address.length, IPV6_PREFIX_BYTES);
        return HexFormat.of().formatHex(Arrays.copyOf(address, length));
    }

    private static final class Bucket {

        private final int perMinute;
        private double left;
        private long at;

        Bucket(int perMinute, long now) {
            this.perMinute = perMinute;
            left = perMinute;
            at = now;
        }

        boolean take(long now) {
            left = Math.min(perMinute, left + (now - at) / NANOS_OF_A_MINUTE * perMinute);
            at = now;
            if (left < 1) {
                return false;
            }
            left--;
            return true;
        }
    }
}
