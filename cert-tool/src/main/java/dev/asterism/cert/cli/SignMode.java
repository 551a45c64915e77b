package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.cert.issue.HostFiles;
import dev.asterism.cert.record.IssueRecord;
import dev.asterism.cert.record.RevokedKeyException;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.cert.SigningRequest;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.noise.P256;
import dev.asterism.overlay.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code sign}: a host certificate, with a new key or for a public key that the host made. */
final class SignMode extends Mode {

    private final Flag.Text name = flags.text("name", "", "Required: name of the host");
    private final Flag.Text networks =
            flags.text(
                    "networks",
                    "",
                    "Required: overlay addresses of the host with their prefix, like 10.42.0.2/16; version 2"
                            + " allows several, and IPv6");
    private final Flag.Uint version =
            flags.uint(
                    "version",
                    0,
                    "Optional: certificate version, by default the CA's; Nebula before 1.10 knows version 1 only");
    private final AuthorityFlags authority = new AuthorityFlags(flags, world);
    private final Flag.TimeSpan duration =
            flags.duration(
                    "duration",
                    Duration.ZERO,
                    "Optional: how long it is valid, by default until 1 s before the CA expires");
    private final Flag.Text inPub =
            flags.text("in-pub", "", "Optional (if out-key not set): public key to sign");
    private final Flag.Text csr =
            flags.text(
                    "csr",
                    "",
                    "Optional (if in-pub and out-key not set): request of \"csr\", with the public key to sign");
    private final Flag.Switch asRequested =
            flags.flag(
                    "as-requested",
                    "Optional: what no flag says is as the request of -csr wants it");
    private final Flag.Text outKey =
            flags.text(
                    "out-key",
                    "",
                    "Optional (if in-pub not set): where the private key goes, NAME.key by default");
    private final Flag.Text outCrt =
            flags.text("out-crt", "", "Optional: where the certificate goes, NAME.crt by default");
    private final Flag.Text outQr =
            flags.text("out-qr", "", "Optional: where a QR code (PNG) of the certificate goes");
    private final Flag.Text groups = flags.text("groups", "", "Optional: comma-separated groups");
    private final Flag.Text unsafeNetworks =
            flags.text(
                    "unsafe-networks",
                    "",
                    "Optional: comma-separated networks the host may route for");
    private final Flag.Text ip = flags.text("ip", "", "Deprecated, see -networks");
    private final Flag.Text subnets = flags.text("subnets", "", "Deprecated, see -unsafe-networks");
    private final Flag.Text pkcs11 =
            flags.text("pkcs11", "", "Not supported yet: PKCS#11 URI of the CA's key");

    SignMode(CliEnvironment world) {
        super(world, "sign", "makes and signs a host certificate");
    }

    @Override
    void run() throws ToolException {
        refuseForNow(!pkcs11.value().isEmpty(), "-pkcs11");
        authority.require();
        SigningRequest request = csr.value().isEmpty() ? null : readRequest();
        ToolException.require("name", name.value());
        if (!inPub.value().isEmpty() && !outKey.value().isEmpty()) {
            throw new ToolException.Usage("cannot set both -in-pub and -out-key");
        }
        String addresses = CommaList.either(networks.value(), ip.value());
        requireNetworks(addresses, request);
        if (version.value() < 0 || version.value() > 2) {
            throw new ToolException.Usage("-version must be either 1 or 2");
        }
        requireFileName(request);
        outCrt.set(CommaList.either(outCrt.value(), name.value() + ".crt"));
        outKey.set(
                inPub.value().isEmpty() && request == null
                        ? CommaList.either(outKey.value(), name.value() + ".key")
                        : "");
        FilePort.claimStdin(
                authority.keyPath(),
                authority.crtPath(),
                new PathFlag("in-pub", inPub.value()),
                new PathFlag("csr", csr.value()));
        FilePort.claimStdout(
                new PathFlag("out-key", outKey.value()),
                new PathFlag("out-crt", outCrt.value()),
                new PathFlag("out-qr", outQr.value()));
        SigningKey key = authority.readKey();
        try {
            sign(key, addresses, request);
        } finally {
            key.destroy();
        }
    }

    /** What it wishes goes into flags that were not given, if the caller wants that. */
    private SigningRequest readRequest() throws ToolException {
        if (!inPub.value().isEmpty() || !outKey.value().isEmpty()) {
            throw new ToolException.Usage("cannot set -csr with -in-pub or -out-key");
        }
        try {
            SigningRequest request =
                    SigningRequest.read(files.read("error while reading csr: ", csr.value()));
            if (asRequested.isSet()) {
                Subject wishes = request.wishes();
                if (wishes.groups().stream().anyMatch(group -> group.indexOf(',') >= 0)) {
                    throw new ToolException(
                            "the request asks for a group with a comma in its name");
                }
                name.set(CommaList.either(name.value(), wishes.name()));
                networks.set(
                        CommaList.either(
                                CommaList.either(networks.value(), ip.value()),
                                CommaList.join(wishes.networks())));
                groups.set(CommaList.either(groups.value(), CommaList.join(wishes.groups())));
                unsafeNetworks.set(
                        CommaList.either(
                                CommaList.either(unsafeNetworks.value(), subnets.value()),
                                CommaList.join(wishes.unsafeNetworks())));
            }
            return request;
        } catch (CertificateException e) {
            throw new ToolException("error while parsing csr: " + e.getMessage());
        }
    }

    /** What a stranger wrote into a request does not say where files go. What -name says is the caller's affair. */
    private void requireFileName(@Nullable SigningRequest request) throws ToolException {
        String wish = request == null ? "" : request.wishes().name();
        String unfit = wish.equals(name.value()) ? HostFiles.unfit(wish) : null;
        if (unfit != null && outCrt.value().isEmpty()) {
            throw new ToolException(
                    ("the request asks for the name \"%s\", which cannot be the name of a file: %s; say with -out-crt"
                                    + " where the certificate goes, or give the host another -name")
                            .formatted(Printable.escaped(wish), unfit));
        }
    }

    private static void requireNetworks(String addresses, @Nullable SigningRequest request)
            throws ToolException {
        if (addresses.isEmpty() && request != null && !request.wishes().networks().isEmpty()) {
            throw new ToolException.Usage(
                    "-networks is required; the request asks for %s, and -as-requested grants what it asks for"
                            .formatted(CommaList.join(request.wishes().networks())));
        }
        ToolException.require("networks", addresses);
    }

    private void sign(SigningKey key, String addresses, @Nullable SigningRequest request)
            throws ToolException {
        Instant now = world.clock().instant();
        Signer signer = authority.signer(key, now);
        int of = version.value() == 0 ? signer.ca().version() : (int) version.value();
        Contents contents = new Contents(of, subject(of, signer.ca(), addresses, now));
        if (inPub.value().isEmpty() && request == null) {
            KeyPair fresh = CurveName.hostKeys(key.curve()).generate(world.random());
            try {
                Certificate certificate = contents.signedBy(signer, fresh.publicKey());
                write(signer.ca(), certificate, KeyPem.encodePrivate(fresh));
            } finally {
                fresh.destroy();
            }
        } else {
            Bytes publicKey =
                    request == null ? readPublicKey(key.curve()) : keyOf(request, key.curve());
            write(signer.ca(), contents.signedBy(signer, publicKey), "");
        }
    }

    private static Bytes keyOf(SigningRequest request, Curve of) throws ToolException {
        if (request.curve() != of) {
            throw new ToolException("curve of csr does not match ca");
        }
        return request.publicKey();
    }

    private Subject subject(int of, Certificate ca, String addresses, Instant now)
            throws ToolException {
        String unsafe = CommaList.either(unsafeNetworks.value(), subnets.value());
        long notAfter =
                duration.value().isPositive()
                        ? now.plus(duration.value()).getEpochSecond()
                        : ca.subject().notAfter() - 1;
        return new Subject(
                name.value(),
                of == 1
                        ? singleIpv4(addresses)
                        : NetworkList.parse("networks", addresses).networks(),
                of == 1
                        ? ipv4(unsafe)
                        : NetworkList.parse("unsafe-networks", unsafe).unsafeNetworks(),
                CommaList.of(groups.value()),
                now.getEpochSecond(),
                notAfter);
    }

    private static List<Cidr> singleIpv4(String text) throws ToolException {
        NetworkList networks = NetworkList.parse("networks", text);
        if (networks.hasIpv4() && networks.hasIpv6()) {
            throw new ToolException.Usage(
                    "invalid -networks definition: v1 certificates can only contain ipv4 addresses");
        }
        if (networks.size() != 1 || networks.hasIpv6()) {
            throw new ToolException.Usage(
                    "invalid -networks definition: v1 certificates can only have a single ipv4"
                            + " address");
        }
        return networks.ipv4();
    }

    private static List<Cidr> ipv4(String text) throws ToolException {
        NetworkList networks = NetworkList.parse("unsafe-networks", text);
        if (networks.hasIpv6()) {
            throw new ToolException.Usage(
                    "invalid -unsafe-networks definition: v1 certificates can only contain ipv4"
                            + " addresses");
        }
        return networks.ipv4();
    }

    private Bytes readPublicKey(Curve of) throws ToolException {
        String pem = files.read("error while reading in-pub: ", inPub.value());
        try {
            KeyPem.PublicHostKey key = KeyPem.readPublic(pem);
            if (key.curve() != of) {
                throw new ToolException("curve of in-pub does not match ca");
            }
            // Nebula signs any 65 bytes, for a host that could never make a handshake.
            if (of == Curve.P256 && P256.publicKey(key.bytes()) == null) {
                throw new ToolException(
                        "error while parsing in-pub: not a point on the curve P256");
            }
            return key.bytes();
        } catch (CertificateException e) {
            throw new ToolException("error while parsing in-pub: " + e.getMessage());
        }
    }

    /** What the certificate says, without the public key. */
    private record Contents(int version, Subject subject) {

        Certificate signedBy(Signer signer, Bytes publicKey) throws ToolException {
            try {
                return signer.signHost(version, subject, publicKey);
            } catch (CertificateException e) {
                throw new ToolException("error while signing: " + e.getMessage());
            }
        }
    }

    /**
     * @param keyPem empty when the host keeps its key
     */
    private void write(Certificate ca, Certificate certificate, String keyPem)
            throws ToolException {
        files.refuseExisting("cert", outCrt.value());
        if (!keyPem.isEmpty()) {
            files.refuseExisting("key", outKey.value());
        }
        String pem = CertificatePem.encode(certificate);
        record(ca, certificate, !keyPem.isEmpty());
        if (!keyPem.isEmpty()) {
            files.write(new PathFlag("out-key", outKey.value()), keyPem);
        }
        files.write(new PathFlag("out-crt", outCrt.value()), pem);
        if (!outQr.value().isEmpty()) {
            files.write(new PathFlag("out-qr", outQr.value()), QrPng.of(pem));
        }
    }

    /**
     * Only where there is a record: without one, this mode leaves exactly the files that nebula-cert leaves.
     *
     * @param hasNewKey whether nobody can have revoked the key
     */
    private void record(Certificate ca, Certificate certificate, boolean hasNewKey)
            throws ToolException {
        if (FilePort.isStream(authority.crtPath().path())) {
            return;
        }
        try {
            if (!hasNewKey
                    && OpenAuthority.earlier(ca, authority.files())
                            .haveRevoked(certificate.publicKey())) {
                throw new RevokedKeyException(certificate.name());
            }
        } catch (IOException e) {
            throw new ToolException("nothing was issued: " + FilePort.reason(e));
        }
        Path file = authority.files().record();
        if (!Files.exists(file)) {
            return;
        }
        Instant now = world.clock().instant();
        try (IssueRecord record = IssueRecord.open(file, ca, now)) {
            if (hasNewKey) {
                record.appendIssuedToNewKeys(List.of(certificate), "sign", now);
            } else {
                record.appendIssued(List.of(certificate), "sign", now);
            }
        } catch (IOException e) {
            throw new ToolException(
                    "nothing was issued, as it could not be recorded: " + FilePort.reason(e));
        }
    }
}
