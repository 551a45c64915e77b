package dev.asterism.cert.record;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the record said when it was read. Immutable.
 *
 * @param entries in their order
 * @param digests of the lines; each commits to all lines before it
 * @param unfinishedBytes what stands behind the last line: the rest of an interrupted write
 */
public record RecordHistory(List<RecordEntry> entries, List<String> digests, long unfinishedBytes) {

    /** Two calls of {@code sign} make the two versions of one host. */
    private static final Duration SAME_TIME = Duration.ofHours(1);

    public RecordHistory {
        entries = List.copyOf(entries);
        digests = List.copyOf(digests);
    }

    /** Public keys, in hex, that nothing is signed for any more. */
    public Set<String> revokedKeys() {
        Set<String> keys = new TreeSet<>();
        revoked().values().forEach(line -> keys.add(line.publicKey()));
        return keys;
    }

    public List<Certificate> issued() {
        List<Certificate> issued = new ArrayList<>();
        for (RecordEntry entry : entries) {
            if (entry instanceof RecordEntry.Issued line) {
                issued.add(line.certificate());
            }
        }
        return issued;
    }

    /** By fingerprint. */
    public Map<Fingerprint, RecordEntry.Revoked> revoked() {
        Map<Fingerprint, RecordEntry.Revoked> revoked = new TreeMap<>();
        for (RecordEntry entry : entries) {
            if (entry instanceof RecordEntry.Revoked line) {
                revoked.putIfAbsent(line.fingerprint(), line);
            }
        }
        return revoked;
    }

    /** What was issued and neither revoked nor ended. */
    public List<Certificate> aliveAt(Instant time) {
        Set<Fingerprint> revoked = revoked().keySet();
        return issued().stream()
                .filter(certificate -> !time.isAfter(certificate.notAfter()))
                .filter(certificate -> !revoked.contains(certificate.fingerprint()))
                .toList();
    }

    /**
     * Of every host the newest certificate of each version, unless it was revoked: what the host uses if it has got
     * what was made for it. In order of names.
     */
    public Map<String, List<Certificate>> newestByName() {
        Set<Fingerprint> revoked = new TreeSet<>(revoked().keySet());
        Map<String, Map<Integer, Certificate>> newest = new TreeMap<>();
        for (Certificate certificate : issued()) {
            if (!revoked.contains(certificate.fingerprint())) {
                newest.computeIfAbsent(certificate.name(), _ -> new TreeMap<>())
                        .put(certificate.version(), certificate);
            }
        }
        Map<String, List<Certificate>> byName = new LinkedHashMap<>();
        newest.forEach((name, versions) -> byName.put(name, ofOneKey(versions.values())));
        return byName;
    }

    /** The longest life that a host's certificates for this key were issued for, revoked ones among them. */
    public Duration longestLife(Certificate of) {
        return issued().stream()
                .filter(other -> other.name().equals(of.name()))
                .filter(other -> other.publicKey().equals(of.publicKey()))
                .map(Certificate::life)
                .max(Comparator.naturalOrder())
                .orElseGet(of::life);
    }

    /** A host that changed its key, or from two versions to one, does not use the others any more. */
    private static List<Certificate> ofOneKey(Iterable<Certificate> versions) {
        List<Certificate> all = new ArrayList<>();
        versions.forEach(all::add);
        Certificate last =
                all.stream()
                        .max(
                                Comparator.comparing(Certificate::notBefore)
                                        .thenComparingInt(Certificate::version))
                        .orElseThrow();
        Bytes key = last.publicKey();
        return all.stream()
                .filter(
                        certificate ->
                                certificate.publicKey().equals(key)
                                        && isOfOneTime(certificate, last))
                .toList();
    }

    private static boolean isOfOneTime(Certificate certificate, Certificate last) {
        return !certificate.notBefore().isBefore(last.notBefore().minus(SAME_TIME));
    }
}
