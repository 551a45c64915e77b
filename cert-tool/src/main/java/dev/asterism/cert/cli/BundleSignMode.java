package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.PemFile;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.BundleHead;
import dev.asterism.overlay.revocation.BundleNumber;
import dev.asterism.overlay.revocation.Delegation;
import dev.asterism.overlay.revocation.RevocationBundle;
import dev.asterism.overlay.revocation.RevocationBundle.Content;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code bundle sign}: the next bundle, made of the last one or of a list. */
final class BundleSignMode extends Mode {

    private static final Duration SOON = Duration.ofDays(30);

    private final Flag.Text key =
            flags.text("key", "bundle.key", "Optional: private key of \"bundle delegate\"");
    private final Flag.Text delegationPath =
            flags.text("delegation", "bundle.delegation", "Optional: the CA's word for the key");
    private final Flag.Text base =
            flags.text(
                    "base",
                    "",
                    "Required unless -first: the bundle before, whose certificates stay revoked; the new version is"
                            + " one more");
    private final Flag.Switch first =
            flags.flag(
                    "first",
                    "Required unless -base: there is no bundle before, or what it revoked is to be valid again");
    private final Flag.Text from =
            flags.text(
                    "from",
                    "",
                    "Optional: file with fingerprints: pki.blocklist in YAML, or one in each line");
    private final Flag.Text add =
            flags.text(
                    "add",
                    "",
                    "Optional: comma-separated fingerprints, or files with certificates, to revoke");
    private final Flag.Text remove =
            flags.text("remove", "", "Optional: comma-separated, likewise, to revoke no more");
    private final Flag.Uint version =
            flags.uint(
                    "version",
                    0,
                    "Optional: version, by default the one after that of -base, or 1");
    private final Flag.TimeSpan nextIn =
            flags.duration(
                    "next-in",
                    Duration.ZERO,
                    "Optional: promise the next bundle within this time; nodes warn when it has not come");
    private final Flag.Text policy =
            flags.text("policy", "", "Not supported: nodes apply no policy of bundles");
    private final Flag.Text out =
            flags.text("out", "", "Optional: where the bundle goes, bundle-NUMBER.pem by default");

    BundleSignMode(CliEnvironment world) {
        super(world, "bundle sign", "signs a list of revoked certificates");
    }

    @Override
    void run() throws ToolException {
        requireOneBeginning();
        refuseForNow(!policy.value().isEmpty(), "-policy");
        FilePort.claimStdin(
                new PathFlag("key", key.value()),
                new PathFlag("delegation", delegationPath.value()),
                new PathFlag("base", base.value()),
                new PathFlag("from", from.value()));
        Instant now = world.clock().instant();
        Delegation delegation = readDelegation();
        checkTime(delegation, now);
        RevocationBundle before = base.value().isEmpty() ? null : readBase(delegation);
        SortedSet<Fingerprint> earlier = before == null ? new TreeSet<>() : before.revoked();
        SortedSet<Fingerprint> revoked = revoked(earlier, delegation.ca());
        long nextDue = nextIn.value().isPositive() ? now.plus(nextIn.value()).getEpochSecond() : 0;
        sign(
                new Content(
                        nextVersion(delegation, before),
                        now.getEpochSecond(),
                        nextDue,
                        revoked,
                        Bytes.EMPTY),
                delegation,
                earlier);
    }

    private void requireOneBeginning() throws ToolException {
        boolean hasBase = !base.value().isEmpty();
        if (hasBase && first.isSet()) {
            throw new ToolException.Usage("-base or -first, not both");
        }
        if (!hasBase && !first.isSet()) {
            throw new ToolException.Usage(
                    "give -base with the last bundle, or what it revoked would be valid again;"
                            + " -first if there is none");
        }
    }

    private SortedSet<Fingerprint> revoked(SortedSet<Fingerprint> earlier, Fingerprint ca)
            throws ToolException {
        TreeSet<Fingerprint> revoked = new TreeSet<>(earlier);
        RevokedNames names = new RevokedNames(files);
        if (!from.value().isEmpty()) {
            revoked.addAll(names.inList(from.value()));
        }
        revoked.addAll(names.of("add", add.value()));
        revoked.removeAll(names.of("remove", remove.value()));
        if (revoked.contains(ca)) {
            throw new ToolException(
                    ca
                            + " is the CA of the delegation, and nodes block no CA because of a bundle: leave it out"
                            + " with -remove, and put it into pki.blocklist of every node");
        }
        if (revoked.size() > BundleHead.MAX_ENTRIES) {
            throw new ToolException(
                    "%d certificates, and a bundle holds at most %d: leave out those that have expired"
                            .formatted(revoked.size(), BundleHead.MAX_ENTRIES));
        }
        return revoked;
    }

    private Delegation readDelegation() throws ToolException {
        String text = files.read("error while reading delegation: ", delegationPath.value());
        Bytes content = PemFile.find(text, Delegation.PEM_LABEL);
        if (content == null) {
            throw new ToolException(
                    delegationPath.value() + " has no whole block " + Delegation.PEM_LABEL);
        }
        try {
            return Delegation.decode(content);
        } catch (BundleException e) {
            throw new ToolException("error while parsing delegation: " + e.getMessage());
        }
    }

    private void checkTime(Delegation delegation, Instant now) throws ToolException {
        Instant end = delegation.validity().end();
        if (end.isBefore(now)) {
            throw new ToolException(
                    "the delegation ended " + end + ": nodes take no new bundle under it");
        }
        if (end.isBefore(now.plus(SOON))) {
            world.err()
                    .print(
                            "warning: the delegation ends "
                                    + end
                                    + "; \"bundle delegate -number %d\" makes the next one\n"
                                            .formatted(delegation.number() + 1));
        }
    }

    private RevocationBundle readBase(Delegation delegation) throws ToolException {
        try {
            RevocationBundle before =
                    RevocationBundle.ofPem(files.read("error while reading base: ", base.value()));
            if (!before.ca().equals(delegation.ca())) {
                throw new ToolException("the bundle of -base is of another CA than the delegation");
            }
            if (before.number().delegation() > delegation.number()) {
                throw new ToolException(
                        "the bundle of -base is %s, and delegation %d is older: nodes would not take it"
                                .formatted(before.number(), delegation.number()));
            }
            return before;
        } catch (BundleException e) {
            throw new ToolException("error while parsing base: " + e.getMessage());
        }
    }

    private long nextVersion(Delegation delegation, @Nullable RevocationBundle before)
            throws ToolException {
        boolean continues = before != null && before.number().delegation() == delegation.number();
        long least = continues && before != null ? before.number().version() + 1 : 1;
        long chosen = version.value() == 0 ? least : version.value();
        if (chosen < least || chosen > BundleHead.MAX_VERSION) {
            throw new ToolException(
                    "the version must be between %d and %d; after the last one only a new delegation helps"
                            .formatted(least, BundleHead.MAX_VERSION));
        }
        return chosen;
    }

    /**
     * @param earlier what the bundle before revoked
     */
    private void sign(Content content, Delegation delegation, SortedSet<Fingerprint> earlier)
            throws ToolException {
        SigningKey signing = readKey();
        try {
            if (!signing.publicKey().equals(delegation.key())) {
                throw new ToolException("the key is not the one that the delegation names");
            }
            RevocationBundle bundle = RevocationBundle.sign(content, delegation, signing);
            BundleNumber number = bundle.number();
            String path = out.value().isEmpty() ? "bundle-" + number + ".pem" : out.value();
            files.write(new PathFlag("out", path), bundle.toPem());
            if (!FilePort.isStream(path)) {
                say(bundle, earlier, path);
            }
        } finally {
            signing.destroy();
        }
    }

    private void say(RevocationBundle bundle, SortedSet<Fingerprint> earlier, String path) {
        SortedSet<Fingerprint> added = new TreeSet<>(bundle.revoked());
        added.removeAll(earlier);
        SortedSet<Fingerprint> removed = new TreeSet<>(earlier);
        removed.removeAll(bundle.revoked());
        StringBuilder text = new StringBuilder();
        added.forEach(one -> text.append("added ").append(one).append('\n'));
        removed.forEach(one -> text.append("removed ").append(one).append('\n'));
        text.append(
                String.format(
                        Locale.ROOT,
                        "bundle %s, %d %s, %d added, %d removed: %s%n",
                        bundle.number(),
                        bundle.revoked().size(),
                        bundle.revoked().size() == 1 ? "certificate" : "certificates",
                        added.size(),
                        removed.size(),
                        path));
        world.out().print(text.toString());
    }

    private SigningKey readKey() throws ToolException {
        try {
            return SigningKey.fromPem(files.read("error while reading key: ", key.value()));
        } catch (CertificateException e) {
            throw new ToolException("error while parsing key: " + e.getMessage());
        }
    }

    /** Names of certificates to fingerprints. */
    private record RevokedNames(FilePort files) {

        SortedSet<Fingerprint> of(String flag, String list) throws ToolException {
            TreeSet<Fingerprint> found = new TreeSet<>();
            for (String name : CommaList.of(list)) {
                Fingerprint literal = Fingerprint.parse(name.toLowerCase(Locale.ROOT));
                if (literal != null) {
                    found.add(literal);
                } else {
                    found.addAll(inCertificates(flag, name));
                }
            }
            return found;
        }

        private TreeSet<Fingerprint> inCertificates(String flag, String path) throws ToolException {
            String text = files.read("-" + flag + " is neither a fingerprint nor a file: ", path);
            TreeSet<Fingerprint> found = new TreeSet<>();
            try {
                CertificatePem.Reader reader = new CertificatePem.Reader(text);
                do {
                    Certificate certificate = reader.next();
                    if (certificate.isCa() && flag.equals("add")) {
                        throw new ToolException(
                                "%s: \"%s\" is a CA, and nodes block no CA because of a bundle: put it into"
                                                .formatted(path, certificate.name())
                                        + " pki.blocklist of every node");
                    }
                    found.add(certificate.fingerprint());
                } while (!reader.atEnd());
                return found;
            } catch (CertificateException e) {
                throw new ToolException("error while parsing " + path + ": " + e.getMessage());
            }
        }

        SortedSet<Fingerprint> inList(String path) throws ToolException {
            return FingerprintList.read(files.read("error while reading from: ", path), path);
        }
    }
}
