package dev.asterism.overlay.handshake;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.StrangerDoor;

/**
 * How much curve work strangers may cause (docs/adr/0008-budget-for-strangers.md). Message 1 is
 * plain text in Noise IX and proves nothing, so whoever saw one can send thousands that look as
 * genuine as the next: a signature check and four curve operations cost about 0.5 ms together.
 * Nothing in message 1 tells a forged one from a genuine one, but the genuine peer comes from one
 * prefix, may have been there before, and tries ten times within six seconds.
 *
 * <p>Two gates, a signature check and a session, of three doors each. The first open door counts:
 *
 * <ol>
 *   <li><b>known</b>: the key has proven itself at this prefix. Its own budget, and one over all
 *       known pairs. Keeps out whoever has to guess the prefix, not whoever copied a message 1 on
 *       its way and can forge its source.
 *   <li><b>quiet</b>: what an honest network needs when nobody attacks.
 *   <li><b>first come</b>: each key and prefix once, then once in ten seconds. A flood from a
 *       thousand prefixes spends what its prefixes have within four seconds, as the door lets 250
 *       in each second; from then on a prefix that has not been seen finds the door open.
 * </ol>
 *
 * What a refusal by the budget of all leaves untouched is the budget of the prefix: it is there for the next try.
 */
final class HandshakeRateLimiter {

    private static final String ALL = "all";
    private static final int PREFIXES = 4096;
    private static final double ONCE_IN_TEN_SECONDS = 0.1;

    private final KnownPrefixes known;
    private final StrangerDoor door;

    private final TokenBuckets<Pair> knownSignatures = new TokenBuckets<>(1, 5, PREFIXES);
    private final TokenBuckets<Ip> quietSignatures = new TokenBuckets<>(20, 60, PREFIXES);
    private final TokenBuckets<Ip> firstSignatures =
            new TokenBuckets<>(ONCE_IN_TEN_SECONDS, 1, PREFIXES);
    private final TokenBuckets<String> allKnownSignatures = new TokenBuckets<>(250, 500, 1);
    private final TokenBuckets<String> allQuietSignatures = new TokenBuckets<>(250, 500, 1);
    private final TokenBuckets<String> allFirstSignatures = new TokenBuckets<>(250, 250, 1);

    private final TokenBuckets<Pair> knownSessions = new TokenBuckets<>(5, 10, PREFIXES);
    private final TokenBuckets<Bytes> quietSessions = new TokenBuckets<>(1, 5, PREFIXES);
    private final TokenBuckets<Pair> firstSessions =
            new TokenBuckets<>(ONCE_IN_TEN_SECONDS, 1, PREFIXES);
    private final TokenBuckets<Bytes> firstSessionsByKey = new TokenBuckets<>(250, 250, PREFIXES);
    private final TokenBuckets<String> allKnownSessions = new TokenBuckets<>(250, 500, 1);
    private final TokenBuckets<String> allQuietSessions = new TokenBuckets<>(250, 500, 1);
    private final TokenBuckets<String> allFirstSessions = new TokenBuckets<>(300, 300, 1);

    private final GivenBack givenBack = new GivenBack();

    private record Pair(Bytes staticKey, Ip prefix) {}

    /** Which sessions that were confirmed give budget back: once in ten seconds for each key, as hosts come back. */
    private static final class GivenBack {

        private final TokenBuckets<Bytes> byKey =
                new TokenBuckets<>(ONCE_IN_TEN_SECONDS, 1, PREFIXES);
        private final TokenBuckets<String> all = new TokenBuckets<>(500, 500, 1);

        boolean allows(Bytes staticKey, long nowNanos) {
            return takeBoth(byKey, staticKey, all, nowNanos);
        }
    }

    /**
     * @param door is told when strangers have nothing left
     */
    HandshakeRateLimiter(KnownPrefixes known, StrangerDoor door) {
        this.known = known;
        this.door = door;
    }

    /**
     * Whether {@link #allowsSignatureCheck} would say yes; nothing is taken. A few look-ups, so that what comes while
     * all is spent need not be decoded.
     *
     * @param staticKey as claimed: nothing vouches for it yet
     */
    boolean hasSignatureCheck(Bytes staticKey, Path from, long nowNanos) {
        Ip prefix = SourcePrefix.of(from);
        boolean quiet = allQuietSignatures.has(ALL, nowNanos);
        boolean first = allFirstSignatures.has(ALL, nowNanos);
        if (!quiet && !first) {
            door.shutUntil(
                    Math.min(
                            allQuietSignatures.readyNanos(ALL, nowNanos),
                            allFirstSignatures.readyNanos(ALL, nowNanos)));
        }
        return quiet && quietSignatures.has(prefix, nowNanos)
                || first && firstSignatures.has(prefix, nowNanos)
                || allKnownSignatures.has(ALL, nowNanos)
                        && known.contains(staticKey, prefix)
                        && knownSignatures.has(new Pair(staticKey, prefix), nowNanos);
    }

    /**
     * @param staticKey as claimed: nothing vouches for it yet
     */
    boolean allowsSignatureCheck(Bytes staticKey, Path from, long nowNanos) {
        Ip prefix = SourcePrefix.of(from);
        return known.contains(staticKey, prefix)
                        && takeBoth(
                                knownSignatures,
                                new Pair(staticKey.compact(), prefix),
                                allKnownSignatures,
                                nowNanos)
                || takeBoth(quietSignatures, prefix, allQuietSignatures, nowNanos)
                || takeBoth(firstSignatures, prefix, allFirstSignatures, nowNanos);
    }

    /**
     * @param staticKey of the peer, which its certificate has vouched for
     */
    boolean allowsSession(Bytes staticKey, Path from, long nowNanos) {
        Ip prefix = SourcePrefix.of(from);
        Pair pair = new Pair(staticKey, prefix);
        return known.contains(staticKey, prefix)
                        && takeBoth(knownSessions, pair, allKnownSessions, nowNanos)
                || takeBoth(quietSessions, staticKey, allQuietSessions, nowNanos)
                || firstSessionsByKey.has(staticKey, nowNanos)
                        && takeBoth(firstSessions, pair, allFirstSessions, nowNanos)
                        && firstSessionsByKey.take(staticKey, nowNanos);
    }

    /**
     * The peer has used a session that its message 1 made, so that it was genuine: the quiet door has a signature check
     * and a session more, whatever door it came by. A mesh that comes back is let in as fast as it proves itself, at
     * most 500 a second faster than a flood, which proves nothing. A member counts once in ten seconds, wherever it is.
     */
    void confirmed(Bytes staticKey, long nowNanos) {
        if (givenBack.allows(staticKey, nowNanos)) {
            allQuietSignatures.giveBack(ALL, nowNanos);
            allQuietSessions.giveBack(ALL, nowNanos);
            door.shutUntil(nowNanos);
        }
    }

    /** The narrow budget is charged only when the one of all has something left. */
    private static <K> boolean takeBoth(
            TokenBuckets<K> narrow, K key, TokenBuckets<String> all, long nowNanos) {
        return all.has(ALL, nowNanos) && narrow.take(key, nowNanos) && all.take(ALL, nowNanos);
    }
}
