package dev.asterism.overlay.revocation;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.SignedBlocklists;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The bundle of each CA that a node goes by, at most {@value #MAX_CAS}. Immutable. */
public final class BundlesInForce {

    /** CAs whose bundles one node goes by. */
    public static final int MAX_CAS = 8;

    public static final BundlesInForce NONE = new BundlesInForce(new TreeMap<>());

    private final SortedMap<Fingerprint, RevocationBundle> byCa;

    private BundlesInForce(SortedMap<Fingerprint, RevocationBundle> byCa) {
        this.byCa = byCa;
    }

    /** Null when the CA has none. */
    public @Nullable RevocationBundle of(Fingerprint ca) {
        return byCa.get(ca);
    }

    /** In order of their CAs' fingerprints. */
    public Collection<RevocationBundle> all() {
        return Collections.unmodifiableCollection(byCa.values());
    }

    /** Whether this bundle would come into force: it is newer, or the CA has none and there is room. */
    public boolean wants(Fingerprint ca, BundleEdition edition) {
        RevocationBundle now = byCa.get(ca);
        return now == null ? byCa.size() < MAX_CAS : edition.isNewerThan(now.edition());
    }

    /** The same with this one in place of its CA's. */
    public BundlesInForce with(RevocationBundle bundle) {
        TreeMap<Fingerprint, RevocationBundle> next = new TreeMap<>(byCa);
        next.put(bundle.ca(), bundle);
        return new BundlesInForce(next);
    }

    /** The same without bundles of other CAs than these, if there is no room for one more; else this. */
    public BundlesInForce makingRoom(SortedSet<Fingerprint> cas) {
        if (byCa.size() < MAX_CAS) {
            return this;
        }
        TreeMap<Fingerprint, RevocationBundle> left = new TreeMap<>(byCa);
        return left.keySet().retainAll(cas) ? new BundlesInForce(left) : this;
    }

    /** What the verdict on certificates goes by. */
    public SignedBlocklists blocklists() {
        TreeMap<Fingerprint, SignedBlocklists.NamedList> lists = new TreeMap<>();
        byCa.forEach(
                (ca, bundle) ->
                        lists.put(
                                ca,
                                new SignedBlocklists.NamedList(
                                        "bundle " + bundle.number(), bundle.revoked())));
        return SignedBlocklists.of(lists);
    }
}
