package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Claims;
import dev.asterism.overlay.cert.Ed25519PrivateKey;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.net.Cidr;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ca}: a new certificate authority. */
@Command(name = "ca", description = "makes a certificate authority that signs itself")
final class CaMode extends Mode {

    private static final long MAX_U32 = 0xFFFF_FFFFL;

    @Option(names = "-name", description = "Required: name of the authority")
    private String name = "";

    @Option(
            names = "-version",
            description = "Optional: certificate version; 2 is not supported yet")
    private long version = 1;

    @Option(
            names = "-duration",
            description = "Optional: how long it is valid, like 8760h, 90m or 30s")
    private GoDuration duration = GoDuration.ofHours(8760);

    @Option(names = "-out-key", description = "Optional: where the private key goes")
    private String outKey = "ca.key";

    @Option(names = "-out-crt", description = "Optional: where the certificate goes")
    private String outCrt = "ca.crt";

    @Option(
            names = "-out-qr",
            description = "Optional: where a QR code (PNG) of the certificate goes")
    private String outQr = "";

    @Option(
            names = "-groups",
            description = "Optional: comma-separated groups; hosts may only have these")
    private String groups = "";

    @Option(
            names = "-networks",
            description = "Optional: comma-separated networks; hosts' networks must lie in them")
    private String networks = "";

    @Option(
            names = "-unsafe-networks",
            description =
                    "Optional: comma-separated networks; hosts' unsafe networks must lie in them")
    private String unsafeNetworks = "";

    @Option(names = "-ips", description = "Deprecated, see -networks")
    private String ips = "";

    @Option(names = "-subnets", description = "Deprecated, see -unsafe-networks")
    private String subnets = "";

    @Option(names = "-curve", description = "Optional: 25519; P256 is not supported yet")
    private String curve = "25519";

    @Option(
            names = "-encrypt",
            description = "Not supported yet: protect out-key with a passphrase")
    private boolean encrypted;

    @Option(names = "-argon-memory", description = "Argon2 memory in KiB for -encrypt")
    private long argonMemory = 2097152;

    @Option(names = "-argon-iterations", description = "Argon2 iterations for -encrypt")
    private long argonIterations = 1;

    @Option(names = "-argon-parallelism", description = "Argon2 parallelism for -encrypt")
    private long argonParallelism = 4;

    @Option(names = "-pkcs11", description = "Not supported yet: PKCS#11 URI of the key")
    private String pkcs11 = "";

    CaMode(Surroundings world) {
        super(world);
    }

    @Override
    void run() throws ToolException {
        ToolException.require("name", name);
        refuseForNow(!pkcs11.isEmpty(), "-pkcs11");
        ToolException.require("out-key", outKey);
        ToolException.require("out-crt", outCrt);
        checkArgon();
        if (!duration.isPositive()) {
            throw new ToolException.Usage("-duration must be greater than 0");
        }
        if (version != 1 && version != 2) {
            throw new ToolException.Usage("-version must be either 1 or 2");
        }
        refuseForNow(version == 2, "-version 2");
        Claims limits = limits(world.clock().instant());
        PathFlag key = new PathFlag("out-key", outKey);
        PathFlag crt = new PathFlag("out-crt", outCrt);
        PathFlag qr = new PathFlag("out-qr", outQr);
        FilePort.claimStdout(key, crt, qr);
        CurveName.requireSupported(curve);
        refuseForNow(encrypted, "-encrypt");
        files.refuseExisting("CA key", outKey);
        files.refuseExisting("CA cert", outCrt);
        write(limits, key, crt, qr);
    }

    private void checkArgon() throws ToolException {
        if (!encrypted) {
            return;
        }
        requireWithin("-argon-memory", argonMemory, MAX_U32, " KiB");
        requireWithin("-argon-iterations", argonIterations, MAX_U32, "");
        requireWithin("-argon-parallelism", argonParallelism, 255, "");
    }

    /** The doubled word is nebula-cert's, and scripts match on it. */
    private static void requireWithin(String flag, long value, long max, String unit)
            throws ToolException {
        if (value == 0 || Long.compareUnsigned(value, max) > 0) {
            throw new ToolException.Usage(
                    flag + " must be be greater than 0 and no more than " + max + unit);
        }
    }

    private Claims limits(Instant now) throws ToolException {
        return new Claims(
                name,
                ipv4("networks", CommaList.either(networks, ips)),
                ipv4("unsafe-networks", CommaList.either(unsafeNetworks, subnets)),
                CommaList.of(groups),
                now.getEpochSecond(),
                now.plusNanos(duration.nanos()).getEpochSecond());
    }

    private static List<Cidr> ipv4(String flag, String text) throws ToolException {
        NetworkList networks = NetworkList.parse(flag, text);
        if (networks.hasIpv6()) {
            throw new ToolException.Usage(
                    "invalid -%s definition: v1 certificates can only be ipv4, have %s"
                            .formatted(flag, networks.firstIpv6()));
        }
        return networks.ipv4();
    }

    private void write(Claims limits, PathFlag key, PathFlag crt, PathFlag qr)
            throws ToolException {
        Ed25519PrivateKey secret = Ed25519PrivateKey.generate(world.random());
        try {
            Certificate ca = Signer.selfSigned(limits, secret);
            String pem = CertificatePem.encode(ca);
            files.write(key, secret.toPem());
            files.write(crt, pem);
            if (!outQr.isEmpty()) {
                files.write(qr, QrPng.of(pem));
            }
        } catch (CertificateException e) {
            throw new ToolException("error while signing: " + e.getMessage());
        } finally {
            secret.destroy();
        }
    }
}
