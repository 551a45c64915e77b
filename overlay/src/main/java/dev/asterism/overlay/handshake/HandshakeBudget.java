package dev.asterism.overlay.handshake;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;

/**
 * How much curve work strangers may cause (reliability.md V13, fault-baselines.md F21). Message 1 is plain text in
 * Noise IX and proves nothing, so whoever saw one can send thousands: a signature check and three agreements
 * cost about 0.5 ms together.
 *
 * <p>Two gates: a signature check for a certificate not seen before is charged to the source's prefix and to all;
 * a session is charged to the certificate and to all. The rates leave honest restarts and 1,000 nodes that
 * come at once (in ten seconds) through.
 */
final class HandshakeBudget {

    private static final String ALL = "all";

    private final TokenBuckets<Ip> signaturesBySource = new TokenBuckets<>(20, 60, 4096);
    private final TokenBuckets<String> signatures = new TokenBuckets<>(250, 500, 1);
    private final TokenBuckets<Bytes> sessionsByKey = new TokenBuckets<>(1, 5, 4096);
    private final TokenBuckets<String> sessions = new TokenBuckets<>(250, 500, 1);

    boolean allowsSignatureCheck(UnderlayAddr from, long nowNanos) {
        return signaturesBySource.take(prefixOf(from.ip()), nowNanos)
                && signatures.take(ALL, nowNanos);
    }

    /**
     * @param staticKey of the peer, which its certificate has vouched for
     */
    boolean allowsSession(Bytes staticKey, long nowNanos) {
        return sessionsByKey.take(staticKey, nowNanos) && sessions.take(ALL, nowNanos);
    }

    /** /24 for IPv4, /48 for IPv6. */
    private static Ip prefixOf(Ip ip) {
        return ip.isIpv4()
                ? Ip.ofIpv4(ip.ipv4() & 0xFFFFFF00)
                : new Ip(ip.hi() & 0xFFFF_FFFF_FFFF_0000L, 0);
    }
}
