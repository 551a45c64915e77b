package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Ed25519PrivateKey;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@code sign}: a host certificate, with a new key or for a public key that the host made. */
final class SignMode extends Mode {

    private final Flag.Text name = flags.text("name", "", "Required: name of the host");
    private final Flag.Text networks =
            flags.text(
                    "networks",
                    "",
                    "Required: overlay address of the host with its prefix, like 10.42.0.2/16");
    private final Flag.Uint version =
            flags.uint(
                    "version",
                    0,
                    "Optional: certificate version, by default the CA's; 2 is not supported yet");
    private final Flag.Text caKey =
            flags.text("ca-key", "ca.key", "Optional: private key of the CA");
    private final Flag.Text caCrt =
            flags.text("ca-crt", "ca.crt", "Optional: certificate of the CA");
    private final Flag.TimeSpan duration =
            flags.duration(
                    "duration",
                    Duration.ZERO,
                    "Optional: how long it is valid, by default until 1 s before the CA expires");
    private final Flag.Text inPub =
            flags.text("in-pub", "", "Optional (if out-key not set): public key to sign");
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
        ToolException.require("ca-key", caKey.value());
        ToolException.require("ca-crt", caCrt.value());
        ToolException.require("name", name.value());
        if (!inPub.value().isEmpty() && !outKey.value().isEmpty()) {
            throw new ToolException.Usage("cannot set both -in-pub and -out-key");
        }
        String addresses = CommaList.either(networks.value(), ip.value());
        ToolException.require("networks", addresses);
        if (version.value() < 0 || version.value() > 2) {
            throw new ToolException.Usage("-version must be either 1 or 2");
        }
        refuseForNow(version.value() == 2, "-version 2");
        outCrt.set(CommaList.either(outCrt.value(), name.value() + ".crt"));
        outKey.set(
                inPub.value().isEmpty()
                        ? CommaList.either(outKey.value(), name.value() + ".key")
                        : "");
        FilePort.claimStdin(
                new PathFlag("ca-key", caKey.value()),
                new PathFlag("ca-crt", caCrt.value()),
                new PathFlag("in-pub", inPub.value()));
        FilePort.claimStdout(
                new PathFlag("out-key", outKey.value()),
                new PathFlag("out-crt", outCrt.value()),
                new PathFlag("out-qr", outQr.value()));
        Ed25519PrivateKey key = readCaKey();
        try {
            sign(key, addresses);
        } finally {
            key.destroy();
        }
    }

    private Ed25519PrivateKey readCaKey() throws ToolException {
        String pem = files.read("error while reading ca-key: ", caKey.value());
        try {
            return Ed25519PrivateKey.fromPem(pem);
        } catch (CertificateException e) {
            throw new ToolException("error while parsing ca-key: " + e.getMessage());
        }
    }

    private void sign(Ed25519PrivateKey key, String addresses) throws ToolException {
        Instant now = world.clock().instant();
        Signer signer = signer(key, now);
        Subject subject = subject(signer.ca(), addresses, now);
        if (inPub.value().isEmpty()) {
            KeyPair fresh = Dh.x25519().generate(world.random());
            try {
                write(certificate(signer, subject, fresh.publicKey()), KeyPem.encodePrivate(fresh));
            } finally {
                fresh.destroy();
            }
        } else {
            write(certificate(signer, subject, readPublicKey()), "");
        }
    }

    private Signer signer(Ed25519PrivateKey key, Instant now) throws ToolException {
        String pem = files.read("error while reading ca-crt: ", caCrt.value());
        Certificate ca;
        try {
            ca = CertificatePem.readFirst(pem);
        } catch (CertificateException e) {
            throw new ToolException("error while parsing ca-crt: " + e.getMessage());
        }
        try {
            Signer signer = new Signer(ca, key);
            if (ca.expiredAt(now)) {
                throw new ToolException("ca certificate is expired");
            }
            return signer;
        } catch (CertificateException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
    }

    private Subject subject(Certificate ca, String addresses, Instant now) throws ToolException {
        long notAfter =
                duration.value().isPositive()
                        ? now.plus(duration.value()).getEpochSecond()
                        : ca.subject().notAfter() - 1;
        return new Subject(
                name.value(),
                singleIpv4(addresses),
                ipv4(CommaList.either(unsafeNetworks.value(), subnets.value())),
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

    private Bytes readPublicKey() throws ToolException {
        String pem = files.read("error while reading in-pub: ", inPub.value());
        try {
            KeyPem.PublicHostKey key = KeyPem.readPublic(pem);
            return switch (key.curve()) {
                case CURVE25519 -> key.bytes();
                case P256, UNRECOGNIZED ->
                        throw new ToolException("curve of in-pub does not match ca");
            };
        } catch (CertificateException e) {
            throw new ToolException("error while parsing in-pub: " + e.getMessage());
        }
    }

    private static Certificate certificate(Signer signer, Subject subject, Bytes publicKey)
            throws ToolException {
        try {
            return signer.signHost(subject, publicKey);
        } catch (CertificateException e) {
            throw new ToolException("error while signing: " + e.getMessage());
        }
    }

    /**
     * @param keyPem empty when the host keeps its key
     */
    private void write(Certificate certificate, String keyPem) throws ToolException {
        files.refuseExisting("cert", outCrt.value());
        if (!keyPem.isEmpty()) {
            files.refuseExisting("key", outKey.value());
        }
        String pem = CertificatePem.encode(certificate);
        if (!keyPem.isEmpty()) {
            files.write(new PathFlag("out-key", outKey.value()), keyPem);
        }
        files.write(new PathFlag("out-crt", outCrt.value()), pem);
        if (!outQr.value().isEmpty()) {
            files.write(new PathFlag("out-qr", outQr.value()), QrPng.of(pem));
        }
    }
}
