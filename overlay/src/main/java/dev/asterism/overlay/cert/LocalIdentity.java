package dev.asterism.overlay.cert;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.noise.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who this node is (spec certificates.md 6 "host identity"): a certificate of version 1, one of
 * version 2, or both. All have one key pair, and with it one curve, and the same first network.
 * Which of them a handshake shows is decided here (wire.md 4.6). Owns the keys. Immutable.
 *
 * @param credentials one or two, the lower version first
 * @param initiatingVersion of the certificate that our own handshakes show; there is one of that version
 * @param networks our overlay addresses with the prefixes of their networks, primary first: those of
 *     {@link #certificate}, but fixed as long as the node runs
 */
public record LocalIdentity(
        List<Credential> credentials, int initiatingVersion, List<Cidr> networks) {

    public LocalIdentity {
        networks = List.copyOf(networks);
        credentials =
                credentials.stream().sorted(Comparator.comparingInt(Credential::version)).toList();
        String problem = problem(credentials.stream().map(Credential::certificate).toList());
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        if (find(credentials, initiatingVersion) == null) {
            throw new IllegalArgumentException("no certificate of version " + initiatingVersion);
        }
    }

    /** That shows the lower version as long as nothing else is asked for. */
    public LocalIdentity(List<Credential> credentials) {
        this(
                credentials,
                credentials.stream().mapToInt(Credential::version).min().orElse(0),
                credentials.stream()
                        .max(Comparator.comparingInt(Credential::version))
                        .map(credential -> credential.certificate().networks())
                        .orElse(List.of()));
    }

    /**
     * An identity and what its reader should be told.
     *
     * @param skipped certificates in the file that are of an unsupported version or curve, for a warning
     */
    public record Loaded(LocalIdentity identity, List<String> skipped) {}

    /** {@code pki.key} is what is wrong, not the certificate. */
    public static final class KeyException extends CertificateException {

        private static final long serialVersionUID = 1;

        private KeyException(String message) {
            super(message);
        }
    }

    /**
     * Reads {@code pki.cert} and {@code pki.key}.
     *
     * @param now every certificate must be valid then
     * @param inForce certificates of a node that runs: one that has run out meanwhile is still read,
     *     since to refuse it would not take it out of use
     */
    public static Loaded read(
            String certificatePem, String keyPem, Instant now, List<Certificate> inForce)
            throws CertificateException {
        CertificatePem.Bundle bundle = CertificatePem.readUsable(certificatePem);
        List<Certificate> certificates = bundle.certificates();
        if (certificates.isEmpty()) {
            String why =
                    bundle.skipped().isEmpty()
                            ? ""
                            : ", skipped: " + String.join(", ", bundle.skipped());
            throw new CertificateException("no valid certificates found in pki.cert" + why);
        }
        for (Certificate certificate : certificates) {
            check(certificate);
            if (!now.isAfter(certificate.notAfter()) || !inForce.contains(certificate)) {
                checkTime(certificate, now);
            }
        }
        String problem = problem(certificates);
        if (problem != null) {
            throw new CertificateException(problem);
        }
        KeyPair keys = keys(keyPem);
        Certificate first = certificates.getFirst();
        boolean sameCurve = keys.publicKey().length() == first.curve().publicKeyBytes();
        if (!sameCurve || !first.publicKey().equals(keys.publicKey())) {
            keys.destroy();
            throw new CertificateException(
                    "private key is not a pair with public key in nebula cert: "
                            + (sameCurve
                                    ? "public key and private key are not a pair"
                                    : "the curves of certificate and key differ"));
        }
        List<Credential> credentials = new ArrayList<>();
        certificates.forEach(certificate -> credentials.add(new Credential(certificate, keys)));
        return new Loaded(new LocalIdentity(credentials), bundle.skipped());
    }

    /** Why these cannot be the certificates of one host; null when they can. */
    private static @Nullable String problem(List<Certificate> certificates) {
        if (certificates.isEmpty()) {
            return "an identity has a credential";
        }
        Certificate first = certificates.getFirst();
        for (int i = 1; i < certificates.size(); i++) {
            Certificate other = certificates.get(i);
            for (Certificate before : certificates.subList(0, i)) {
                if (before.version() == other.version()) {
                    return "v" + other.version() + " certificate already found in pki.cert";
                }
            }
            if (!first.publicKey().equals(other.publicKey())) {
                return "v1 and v2 public keys are not the same: sign both for one key";
            }
            if (first.curveNumber() != other.curveNumber()) {
                return "v1 and v2 curve are not the same: sign both for one key";
            }
            Cidr expected = first.networks().getFirst();
            if (!expected.equals(other.networks().getFirst())) {
                return "v1 and v2 networks are not the same: the first one of v%d is %s, of v%d %s"
                        .formatted(
                                first.version(),
                                expected,
                                other.version(),
                                other.networks().getFirst());
            }
        }
        return null;
    }

    private static KeyPair keys(String keyPem) throws KeyException {
        try {
            return KeyPem.readPrivate(keyPem);
        } catch (CertificateException e) {
            throw new KeyException(String.valueOf(e.getMessage()));
        }
    }

    private static void check(Certificate certificate) throws CertificateException {
        if (certificate.isCa()) {
            throw new CertificateException("a CA certificate can not be used as host certificate");
        }
        if (certificate.networks().isEmpty()) {
            throw new CertificateException("no networks encoded in certificate");
        }
    }

    private static void checkTime(Certificate certificate, Instant now)
            throws CertificateException {
        String invalid = Validity.problem("nebula certificate for this host", certificate, now);
        if (invalid != null) {
            throw new CertificateException(invalid);
        }
    }

    /** The same that begins handshakes with that version, of which it has a certificate. */
    public LocalIdentity initiating(int version) {
        return new LocalIdentity(credentials, version, networks);
    }

    /**
     * What a handshake chooses from: the same without certificates that are not valid then, as a peer refuses these;
     * with all of them when none is valid.
     */
    public LocalIdentity validAt(Instant now) {
        if (credentials.size() == 1) {
            return this;
        }
        List<Credential> valid =
                credentials.stream().filter(own -> !own.certificate().expiredAt(now)).toList();
        if (valid.isEmpty() || valid.size() == credentials.size()) {
            return this;
        }
        int version =
                find(valid, initiatingVersion) == null
                        ? valid.getFirst().version()
                        : initiatingVersion;
        return new LocalIdentity(valid, version, networks);
    }

    /** The same for a node that runs with that one: its networks stay. */
    public LocalIdentity after(LocalIdentity running) {
        return new LocalIdentity(credentials, initiatingVersion, running.networks);
    }

    /** Why a node that runs with that one needs a restart to use this one; null when it does not (behaviour.md 2.5). */
    public @Nullable String unfitAfter(LocalIdentity running) {
        if (curve() != running.curve()) {
            return "curve in new cert was different from old: "
                    + curve()
                    + ", was "
                    + running.curve();
        }
        for (Credential credential : credentials) {
            Credential before = running.ofVersion(credential.version());
            if (before != null && !networksOf(before).equals(networksOf(credential))) {
                return different(networksOf(credential), networksOf(before));
            }
        }
        List<Cidr> next = certificate().networks();
        if (!next.getFirst().equals(running.networks.getFirst())
                || !next.containsAll(running.networks)) {
            return different(next, running.networks);
        }
        return null;
    }

    private static List<Cidr> networksOf(Credential credential) {
        return credential.certificate().networks();
    }

    private static String different(List<Cidr> next, List<Cidr> before) {
        return "networks in new cert was different from old: "
                + names(next)
                + ", was "
                + names(before);
    }

    private static String names(List<Cidr> networks) {
        return networks.stream().map(Cidr::toString).collect(Collectors.joining(", "));
    }

    /** The credential of a version; null without one. */
    public @Nullable Credential ofVersion(int version) {
        return find(credentials, version);
    }

    private static @Nullable Credential find(List<Credential> credentials, int version) {
        for (Credential credential : credentials) {
            if (credential.version() == version) {
                return credential;
            }
        }
        return null;
    }

    /** The credential of {@link #initiatingVersion}. */
    public Credential credential() {
        Credential found = ofVersion(initiatingVersion);
        return found == null ? credentials.getFirst() : found;
    }

    /**
     * What a handshake of ours shows.
     *
     * @param peer whom it looks for: an IPv6 address is in certificates of version 2 only
     * @param asked a version that the peer is known to prefer; 0 for none
     * @return null when there is no certificate of the version that it takes
     */
    public @Nullable Credential towards(Ip peer, int asked) {
        if (asked != 0) {
            return ofVersion(asked);
        }
        return peer.isIpv4() ? credential() : ofVersion(2);
    }

    /** What answers a peer: its version if we have that, else ours. */
    public Credential answering(int peerVersion) {
        Credential same = ofVersion(peerVersion);
        return same == null ? credential() : same;
    }

    /** What says what is ours: the certificate of version 2 if there is one. */
    public Certificate certificate() {
        return credentials.getLast().certificate();
    }

    /** All of them, the lower version first. */
    public List<Certificate> certificates() {
        return credentials.stream().map(Credential::certificate).toList();
    }

    /** The curve that the certificates of peers must have as well. */
    public Curve curve() {
        return credentials.getFirst().curve();
    }

    /** Our overlay addresses, primary first. */
    public List<Ip> addresses() {
        return networks.stream().map(Cidr::address).toList();
    }

    public Ip primary() {
        return networks.getFirst().address();
    }

    /** Wipes the private key; for an identity that nobody uses. */
    public void destroy() {
        credentials.forEach(credential -> credential.keys().destroy());
    }
}
