package dev.asterism.cert.inventory;

import dev.asterism.cert.issue.HostFiles;
import dev.asterism.cert.issue.HostGrant;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.SigningRequest;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.cert.Verification.Accepted;
import dev.asterism.overlay.cert.Verification.Refused;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the inventory says of a host with the files that it has. Reads, and writes nothing. Any thread.
 *
 * <p>A host is left alone while its certificates say what a new one would say and more than a third of their life is
 * left.
 */
public final class HostPlanner {

    private static final int PARTS_OF_LIFE = 3;

    private final Source source;
    private final Certificate ca;
    private final CaPool pool;
    private final Instant now;
    private final Rules rules;

    /**
     * Where things are.
     *
     * @param inventory the file, for messages; {@code in_pub} starts in its folder
     * @param folder of certificates and keys
     */
    public record Source(String inventory, Path inventoryFolder, Path folder) {}

    /**
     * What the caller wants beyond the inventory.
     *
     * @param isRevoked of a public key
     * @param reissue whether all hosts get a certificate
     * @param newKeys whether those that get one get a key as well
     */
    public record Rules(Predicate<Bytes> isRevoked, boolean reissue, boolean newKeys) {}

    public HostPlanner(Source source, Certificate ca, Rules rules, Instant now)
            throws CertificateException {
        this.source = source;
        this.ca = ca;
        this.rules = rules;
        this.now = now;
        this.pool = CaPool.of(List.of(ca), Blocklist.EMPTY, now).pool();
    }

    public HostPlan plan(InventoryHost host) {
        try {
            HostGrant grant = host.grant(ca.version());
            String violation = violation(host, grant);
            if (violation != null) {
                return refuse(host, violation, "");
            }
            HostFiles files = HostFiles.in(source.folder(), host.name());
            List<Certificate> present = files.readCertificates();
            Bytes key = publicKey(host, files, present);
            boolean keepsKey = key != null && !(rules.newKeys() && host.inPub().isEmpty());
            if (key != null && keepsKey && rules.isRevoked().test(key)) {
                return refuse(
                        host,
                        host.name() + " was revoked, and its key is not signed again",
                        "take the host out of the inventory, or remove "
                                + files.key()
                                + " to give it a new key");
            }
            String why = reason(grant, key, present);
            if (why == null && !rules.reissue()) {
                return keep(host, grant, present);
            }
            return new HostPlan.Issue(
                    host,
                    grant,
                    why == null ? "asked for" : why,
                    keepsKey ? key : null,
                    Files.exists(files.key()));
        } catch (CertificateException | IOException e) {
            return refuse(host, host.name() + ": " + e.getMessage(), "");
        }
    }

    private HostPlan refuse(InventoryHost host, String message, String fix) {
        return new HostPlan.Refuse(
                host,
                new InventoryProblem(source.inventory(), host.line(), host.column(), message, fix));
    }

    private @Nullable String violation(InventoryHost host, HostGrant grant)
            throws CertificateException {
        if (host.curve() != null && host.curve() != ca.curve()) {
            return "%s wants the curve %s, and the CA's is %s"
                    .formatted(host.name(), host.curve(), ca.curve());
        }
        for (int version : grant.versions().numbers()) {
            String rule = Signer.violation(ca, version, grant.subject(version, ca, now));
            if (rule != null) {
                return host.name() + ": " + rule;
            }
        }
        return null;
    }

    /** A host with a certificate and no key here keeps its key itself. */
    private @Nullable Bytes publicKey(
            InventoryHost host, HostFiles files, List<Certificate> present)
            throws IOException, CertificateException {
        if (!host.inPub().isEmpty()) {
            return givenKey(Files.readString(source.inventoryFolder().resolve(host.inPub())));
        }
        KeyPair key = files.readKey();
        if (key == null) {
            return present.isEmpty() ? null : present.getFirst().publicKey();
        }
        key.destroy();
        return key.publicKey();
    }

    private Bytes givenKey(String text) throws CertificateException {
        if (SigningRequest.isIn(text)) {
            SigningRequest request = SigningRequest.read(text);
            requireCurve(request.curve());
            return request.publicKey();
        }
        KeyPem.PublicHostKey key = KeyPem.readPublic(text);
        requireCurve(key.curve());
        return key.bytes();
    }

    private void requireCurve(Curve curve) throws CertificateException {
        if (curve != ca.curve()) {
            throw new CertificateException(
                    "its public key is of the curve " + curve + ", and the CA's is " + ca.curve());
        }
    }

    /** Why a certificate must be issued; null when none must. */
    private @Nullable String reason(HostGrant grant, @Nullable Bytes key, List<Certificate> present)
            throws CertificateException {
        if (present.isEmpty()) {
            return "new";
        }
        List<Integer> versions = present.stream().map(Certificate::version).sorted().toList();
        if (!versions.equals(grant.versions().numbers())) {
            return "its version changed to " + grant.versions();
        }
        for (Certificate certificate : present) {
            String why = reason(grant, key, certificate);
            if (why != null) {
                return why;
            }
        }
        return null;
    }

    private @Nullable String reason(HostGrant grant, @Nullable Bytes key, Certificate present)
            throws CertificateException {
        if (!present.publicKey().equals(key)) {
            return "its certificate is for another key";
        }
        Subject says = present.subject();
        Subject wanted = grant.subject(present.version(), ca, present.notBefore());
        if (!says.name().equals(wanted.name())) {
            return "its certificate is that of " + says.name();
        }
        if (!isSame(says.networks(), wanted.networks())) {
            return "its networks changed";
        }
        if (!isSame(says.unsafeNetworks(), wanted.unsafeNetworks())) {
            return "its unsafe networks changed";
        }
        if (!isSame(says.groups(), wanted.groups())) {
            return "its groups changed";
        }
        String invalid =
                switch (pool.verify(present, present.notBefore())) {
                    case Accepted _ -> null;
                    case Refused refused -> refused.message();
                };
        if (invalid != null) {
            return "its certificate is not one of this CA: " + invalid;
        }
        if (says.notAfter() != wanted.notAfter()) {
            return "its duration changed";
        }
        return isDue(present) && grant.outlives(present, ca, now)
                ? "its certificate ends in " + DaysOrGo.text(left(present))
                : null;
    }

    private static boolean isSame(List<?> some, List<?> others) {
        return some.size() == others.size() && new HashSet<>(some).equals(new HashSet<>(others));
    }

    private Duration left(Certificate certificate) {
        return Duration.between(now, certificate.notAfter());
    }

    private boolean isDue(Certificate certificate) {
        return left(certificate).compareTo(certificate.life().dividedBy(PARTS_OF_LIFE)) < 0;
    }

    private HostPlan keep(InventoryHost host, HostGrant grant, List<Certificate> present)
            throws CertificateException {
        Certificate first = present.getFirst();
        return new HostPlan.Keep(
                host, first.notAfter(), isDue(first) && !grant.outlives(first, ca, now));
    }
}
