package dev.asterism.lighthouse.bundle;

import dev.asterism.lighthouse.bundle.BundleMessage.Offer;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Newer bundles that peers say they have, and bundles that turned out to be of no use here. Whoever did not send what
 * he offered stands behind all others the next time. Bounded. Control plane only.
 */
final class BundleOffers {

    static final int MAX_OFFERS = 64;
    static final int MAX_USELESS = 64;

    private static final long USELESS_NANOS = Duration.ofMinutes(10).toNanos();

    /** Who said that he has something newer, the first one first; the newest of each CA. */
    private final Map<Key, Offer> open = new LinkedHashMap<>();

    /** With the time until when. */
    private final Map<Offer, Long> useless = new LinkedHashMap<>();

    private record Key(Ip peer, Fingerprint ca) {}

    /** An offer and who made it. */
    record Offered(Ip peer, Offer offer) {}

    void add(Ip peer, Offer offer) {
        Key key = new Key(peer, offer.ca());
        if (open.containsKey(key) || open.size() < MAX_OFFERS) {
            open.put(key, offer);
        }
    }

    /** The first that is still wanted; the others before it are forgotten. */
    @Nullable Offered next(Predicate<Offered> isWanted) {
        Iterator<Map.Entry<Key, Offer>> entries = open.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Key, Offer> entry = entries.next();
            Offered offered = new Offered(entry.getKey().peer(), entry.getValue());
            entries.remove();
            if (isWanted.test(offered)) {
                return offered;
            }
        }
        return null;
    }

    /** Not fetched from anybody for a while. */
    void markUseless(Offer offer, Tick now) {
        if (useless.size() >= MAX_USELESS) {
            useless.remove(useless.keySet().iterator().next());
        }
        useless.put(offer, now.nanos() + USELESS_NANOS);
    }

    boolean isUseless(Offer offer, Tick now) {
        Long until = useless.get(offer);
        return until != null && until - now.nanos() > 0;
    }

    /** Another configuration may have other CAs. */
    void forgetUseless() {
        useless.clear();
    }
}
