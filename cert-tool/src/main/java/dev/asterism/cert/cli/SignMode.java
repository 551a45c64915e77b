package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Claims;
import dev.asterism.overlay.cert.Ed25519PrivateKey;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.X25519PrivateKey;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sign}: a host certificate, with a new key or for a public key that the host made. */
@Command(name = "sign", description = "makes and signs a host certificate")
final class SignMode extends Mode {

    @Option(names = "-name", description = "Required: name of the host")
    private String name = "";

    @Option(
            names = "-networks",
            description =
                    "Required: overlay address of the host with its prefix, like 10.42.0.2/16")
    private String networks = "";

    @Option(
            names = "-version",
            description =
                    "Optional: certificate version, by default the CA's; 2 is not supported yet")
    private long version;

    @Option(names = "-ca-key", description = "Optional: private key of the CA")
    private String caKey = "ca.key";

    @Option(names = "-ca-crt", description = "Optional: certificate of the CA")
    private String caCrt = "ca.crt";

    @Option(
            names = "-duration",
            description =
                    "Optional: how long it is valid, by default until 1 s before the CA expires")
    private GoDuration duration = GoDuration.ZERO;

    @Option(names = "-in-pub", description = "Optional (if out-key not set): public key to sign")
    private String inPub = "";

    @Option(
            names = "-out-key",
            description =
                    "Optional (if in-pub not set): where the private key goes, NAME.key by default")
    private String outKey = "";

    @Option(
            names = "-out-crt",
            description = "Optional: where the certificate goes, NAME.crt by default")
    private String outCrt = "";

    @Option(
            names = "-out-qr",
            description = "Optional: where a QR code (PNG) of the certificate goes")
    private String outQr = "";

    @Option(names = "-groups", description = "Optional: comma-separated groups")
    private String groups = "";

    @Option(
            names = "-unsafe-networks",
            description = "Optional: comma-separated networks the host may route for")
    private String unsafeNetworks = "";

    @Option(names = "-ip", description = "Deprecated, see -networks")
    private String ip = "";

    @Option(names = "-subnets", description = "Deprecated, see -unsafe-networks")
    private String subnets = "";

    @Option(names = "-pkcs11", description = "Not supported yet: PKCS#11 URI of the CA's key")
    private String pkcs11 = "";

    SignMode(Surroundings world) {
        super(world);
    }

    @Override
    void run() throws ToolException {
        refuseForNow(!pkcs11.isEmpty(), "-pkcs11");
        ToolException.require("ca-key", caKey);
        ToolException.require("ca-crt", caCrt);
        ToolException.require("name", name);
        if (!inPub.isEmpty() && !outKey.isEmpty()) {
            throw new ToolException.Usage("cannot set both -in-pub and -out-key");
        }
        String addresses = CommaList.either(networks, ip);
        ToolException.require("networks", addresses);
        if (version < 0 || version > 2) {
            throw new ToolException.Usage("-version must be either 1 or 2");
        }
        refuseForNow(version == 2, "-version 2");
        outCrt = CommaList.either(outCrt, name + ".crt");
        outKey = inPub.isEmpty() ? CommaList.either(outKey, name + ".key") : "";
        FilePort.claimStdin(
                new PathFlag("ca-key", caKey),
                new PathFlag("ca-crt", caCrt),
                new PathFlag("in-pub", inPub));
        FilePort.claimStdout(
                new PathFlag("out-key", outKey),
                new PathFlag("out-crt", outCrt),
                new PathFlag("out-qr", outQr));
        Ed25519PrivateKey key = readCaKey();
        try {
            sign(key, addresses);
        } finally {
            key.destroy();
        }
    }

    private Ed25519PrivateKey readCaKey() throws ToolException {
        String pem = files.read("error while reading ca-key: ", caKey);
        try {
            return Ed25519PrivateKey.fromPem(pem);
        } catch (CertificateException e) {
            throw new ToolException("error while parsing ca-key: " + e.getMessage());
        }
    }

    private void sign(Ed25519PrivateKey key, String addresses) throws ToolException {
        Instant now = world.clock().instant();
        Signer signer = signer(key, now);
        Claims claims = claims(signer.ca(), addresses, now);
        if (inPub.isEmpty()) {
            X25519PrivateKey fresh = X25519PrivateKey.generate(world.random());
            try {
                write(certificate(signer, claims, fresh.publicKey()), fresh.toPem());
            } finally {
                fresh.destroy();
            }
        } else {
            write(certificate(signer, claims, readPublicKey()), "");
        }
    }

    private Signer signer(Ed25519PrivateKey key, Instant now) throws ToolException {
        String pem = files.read("error while reading ca-crt: ", caCrt);
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

    private Claims claims(Certificate ca, String addresses, Instant now) throws ToolException {
        long notAfter =
                duration.isPositive()
                        ? now.plusNanos(duration.nanos()).getEpochSecond()
                        : ca.claims().notAfter() - 1;
        return new Claims(
                name,
                singleIpv4(addresses),
                ipv4(CommaList.either(unsafeNetworks, subnets)),
                CommaList.of(groups),
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
        String pem = files.read("error while reading in-pub: ", inPub);
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

    private static Certificate certificate(Signer signer, Claims claims, Bytes publicKey)
            throws ToolException {
        try {
            return signer.signHost(claims, publicKey);
        } catch (CertificateException e) {
            throw new ToolException("error while signing: " + e.getMessage());
        }
    }

    /**
     * @param keyPem empty when the host keeps its key
     */
    private void write(Certificate certificate, String keyPem) throws ToolException {
        files.refuseExisting("cert", outCrt);
        if (!keyPem.isEmpty()) {
            files.refuseExisting("key", outKey);
        }
        String pem = CertificatePem.encode(certificate);
        if (!keyPem.isEmpty()) {
            files.write(new PathFlag("out-key", outKey), keyPem);
        }
        files.write(new PathFlag("out-crt", outCrt), pem);
        if (!outQr.isEmpty()) {
            files.write(new PathFlag("out-qr", outQr), QrPng.of(pem));
        }
    }
}
