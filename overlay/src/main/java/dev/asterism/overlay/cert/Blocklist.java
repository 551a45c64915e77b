package dev.asterism.overlay.cert;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/** Fingerprints that are refused, of hosts and of CAs (spec certificates.md 6). Immutable. */
public final class Blocklist {

    public static final Blocklist EMPTY = new Blocklist(new TreeSet<>());

    private final SortedSet<Fingerprint> fingerprints;

    private Blocklist(SortedSet<Fingerprint> fingerprints) {
        this.fingerprints = fingerprints;
    }

    /**
     * Outcome of reading configured entries: the good ones take effect whatever the others are.
     *
     * @param problem empty when every entry was a fingerprint
     */
    public record Parsed(Blocklist blocklist, String problem) {

        public boolean isClean() {
            return problem.isEmpty();
        }
    }

    /** Entries are trimmed and read in any case; each must be 64 hex digits. */
    public static Parsed parse(List<String> entries) {
        TreeSet<Fingerprint> good = new TreeSet<>();
        List<String> bad = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            Fingerprint entry = Fingerprint.parse(entries.get(i).strip().toLowerCase(Locale.ROOT));
            if (entry != null) {
                good.add(entry);
            } else {
                bad.add("entry " + (i + 1) + " " + Quoted.of(entries.get(i)));
            }
        }
        String problem =
                bad.isEmpty()
                        ? ""
                        : "pki.blocklist entries are not hex certificate fingerprints: "
                                + String.join(", ", bad);
        return new Parsed(new Blocklist(good), problem);
    }

    public boolean contains(Fingerprint fingerprint) {
        return fingerprints.contains(fingerprint);
    }

    /** Whether it has the certificate in either form; CAs are not asked about. */
    public boolean contains(CertificateId certificate) {
        Fingerprint other = certificate.otherForm();
        return contains(certificate.fingerprint()) || other != null && contains(other);
    }

    public int size() {
        return fingerprints.size();
    }
}
