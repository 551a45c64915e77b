package dev.asterism.l7.route;

/**
 * Copies of a route's requests to another pool.
 *
 * @param pool by its name
 * @param tenThousandths how many of 10,000 requests are copied
 * @param source where it stands: {@code config.yml:12}
 */
public record MirrorSpec(String pool, int tenThousandths, String source) {

    private static final int ALL = 10_000;

    public MirrorSpec {
        if (tenThousandths < 0 || tenThousandths > ALL) {
            throw new IllegalArgumentException("a mirror takes 0% to 100% of the requests");
        }
    }

    /** Whether this request is copied. */
    public boolean takes(long random) {
        return Long.remainderUnsigned(random, ALL) < tenThousandths;
    }
}
