package dev.asterism.overlay.cert;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Block lists that CAs vouch for, one of each CA, beside the {@link Blocklist} of the configuration. A list speaks
 * only of hosts' certificates that its CA has signed: one CA cannot refuse the hosts of another, and no list blocks a
 * CA. Immutable.
 */
public final class SignedBlocklists {

    public static final SignedBlocklists NONE = new SignedBlocklists(new TreeMap<>());

    private final SortedMap<Fingerprint, NamedList> byCa;

    private SignedBlocklists(SortedMap<Fingerprint, NamedList> byCa) {
        this.byCa = byCa;
    }

    /**
     * What one CA refuses.
     *
     * @param name for people, such as {@code bundle 1.7}
     */
    public record NamedList(String name, SortedSet<Fingerprint> fingerprints) {

        public NamedList {
            fingerprints = Collections.unmodifiableSortedSet(new TreeSet<>(fingerprints));
        }
    }

    /**
     * @param byCa by the fingerprint of the CA
     */
    public static SignedBlocklists of(SortedMap<Fingerprint, NamedList> byCa) {
        return byCa.isEmpty() ? NONE : new SignedBlocklists(new TreeMap<>(byCa));
    }

    public boolean isEmpty() {
        return byCa.isEmpty();
    }

    /** Whether the list of its CA has the certificate in either form. */
    public boolean contains(CertificateId certificate) {
        Fingerprint ca = certificate.issuer();
        Fingerprint other = certificate.otherForm();
        return ca != null
                && (refusing(ca, certificate.fingerprint()) != null
                        || other != null && refusing(ca, other) != null);
    }

    /** The name of the list that refuses a certificate of this CA; null when none does. */
    @Nullable String refusing(Fingerprint ca, Fingerprint certificate) {
        NamedList list = byCa.get(ca);
        return list != null && list.fingerprints.contains(certificate) ? list.name : null;
    }
}
