package dev.asterism.lighthouse.bundle;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.revocation.BundlesInForce;
import dev.asterism.overlay.revocation.RevocationBundle;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bundles of CAs that this node does not trust now, the newest of each CA; of too many the one that came first is
 * forgotten. They have been in force here, and are kept for the CA's return: what was revoked stays revoked, also when
 * the CA's file was missing at one start. Their signatures are to be verified then. Control plane only.
 */
final class WaitingBundles {

    static final int MOST = BundlesInForce.MAX_CAS;

    private final Map<Fingerprint, RevocationBundle> byCa = new LinkedHashMap<>();

    void add(RevocationBundle bundle) {
        RevocationBundle known = byCa.get(bundle.ca());
        if (known != null && !bundle.edition().isNewerThan(known.edition())) {
            return;
        }
        byCa.put(bundle.ca(), bundle);
        if (byCa.size() > MOST) {
            Iterator<Fingerprint> oldest = byCa.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Those whose CA has come; they wait no longer. */
    List<RevocationBundle> takeThoseOf(CaPool cas) {
        List<RevocationBundle> come = new ArrayList<>();
        for (RevocationBundle bundle : all()) {
            if (cas.authority(bundle.ca()) != null) {
                byCa.remove(bundle.ca());
                come.add(bundle);
            }
        }
        return come;
    }

    List<RevocationBundle> all() {
        return List.copyOf(byCa.values());
    }
}
