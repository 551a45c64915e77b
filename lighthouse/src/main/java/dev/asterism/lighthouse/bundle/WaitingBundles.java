package dev.asterism.lighthouse.bundle;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.revocation.BundlesInForce;
import dev.asterism.overlay.revocation.RevocationBundle;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bundles of CAs that this node does not trust now, or for which there was no room, the newest of each CA; of too many
 * the one that came first is forgotten. They have been in force here, and are kept for the CA's return: what was
 * revoked stays revoked, also when the CA's file was missing at one start. Their signatures are to be verified then.
 * Control plane only.
 */
final class WaitingBundles {

    static final int MOST = BundlesInForce.MAX_CAS;

    private final LinkedHashMap<Fingerprint, RevocationBundle> byCa = new LinkedHashMap<>();

    /** Returns the one that is forgotten for it, or null. */
    @Nullable RevocationBundle add(RevocationBundle bundle) {
        RevocationBundle known = byCa.get(bundle.ca());
        if (known != null && !bundle.edition().isNewerThan(known.edition())) {
            return null;
        }
        byCa.put(bundle.ca(), bundle);
        return byCa.size() > MOST ? byCa.pollFirstEntry().getValue() : null;
    }

    /** It waits no longer. */
    void remove(RevocationBundle bundle) {
        byCa.remove(bundle.ca());
    }

    List<RevocationBundle> all() {
        return List.copyOf(byCa.values());
    }
}
