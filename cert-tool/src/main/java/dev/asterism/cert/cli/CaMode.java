package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Ed25519PrivateKey;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.net.Cidr;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@code ca}: a new certificate authority. */
final class CaMode extends Mode {

    private static final long MAX_U32 = 0xFFFF_FFFFL;
    private final Flag.Text name = flags.text("name", "", "Required: name of the authority");
    private final Flag.Uint version =
            flags.uint("version", 1, "Optional: certificate version; 2 is not supported yet");
    private final Flag.TimeSpan duration =
            flags.duration(
                    "duration",
                    Duration.ofDays(365),
                    "Optional: how long it is valid, like 8760h, 90m or 30s");
    private final Flag.Text outKey =
            flags.text("out-key", "ca.key", "Optional: where the private key goes");
    private final Flag.Text outCrt =
            flags.text("out-crt", "ca.crt", "Optional: where the certificate goes");
    private final Flag.Text outQr =
            flags.text("out-qr", "", "Optional: where a QR code (PNG) of the certificate goes");
    private final Flag.Text groups =
            flags.text("groups", "", "Optional: comma-separated groups; hosts may only have these");
    private final Flag.Text networks =
            flags.text(
                    "networks",
                    "",
                    "Optional: comma-separated networks; hosts' networks must lie in them");
    private final Flag.Text unsafeNetworks =
            flags.text(
                    "unsafe-networks",
                    "",
                    "Optional: comma-separated networks; hosts' unsafe networks must lie in them");
    private final Flag.Text ips = flags.text("ips", "", "Deprecated, see -networks");
    private final Flag.Text subnets = flags.text("subnets", "", "Deprecated, see -unsafe-networks");
    private final Flag.Text curve =
            flags.text("curve", "25519", "Optional: 25519; P256 is not supported yet");
    private final Flag.Switch encrypted =
            flags.flag("encrypt", "Not supported yet: protect out-key with a passphrase");
    private final Flag.Uint argonMemory =
            flags.uint("argon-memory", 2097152, "Argon2 memory in KiB for -encrypt");
    private final Flag.Uint argonIterations =
            flags.uint("argon-iterations", 1, "Argon2 iterations for -encrypt");
    private final Flag.Uint argonParallelism =
            flags.uint("argon-parallelism", 4, "Argon2 parallelism for -encrypt");
    private final Flag.Text pkcs11 =
            flags.text("pkcs11", "", "Not supported yet: PKCS#11 URI of the key");

    CaMode(CliEnvironment world) {
        super(world, "ca", "makes a certificate authority that signs itself");
    }

    @Override
    void run() throws ToolException {
        ToolException.require("name", name.value());
        refuseForNow(!pkcs11.value().isEmpty(), "-pkcs11");
        ToolException.require("out-key", outKey.value());
        ToolException.require("out-crt", outCrt.value());
        checkArgon();
        if (!duration.value().isPositive()) {
            throw new ToolException.Usage("-duration must be greater than 0");
        }
        if (version.value() != 1 && version.value() != 2) {
            throw new ToolException.Usage("-version must be either 1 or 2");
        }
        refuseForNow(version.value() == 2, "-version 2");
        Subject limits = limits(world.clock().instant());
        PathFlag key = new PathFlag("out-key", outKey.value());
        PathFlag crt = new PathFlag("out-crt", outCrt.value());
        PathFlag qr = new PathFlag("out-qr", outQr.value());
        FilePort.claimStdout(key, crt, qr);
        CurveName.requireSupported(curve.value());
        refuseForNow(encrypted.isSet(), "-encrypt");
        files.refuseExisting("CA key", outKey.value());
        files.refuseExisting("CA cert", outCrt.value());
        write(limits, key, crt, qr);
    }

    private void checkArgon() throws ToolException {
        if (!encrypted.isSet()) {
            return;
        }
        requireWithin("-argon-memory", argonMemory.value(), MAX_U32, " KiB");
        requireWithin("-argon-iterations", argonIterations.value(), MAX_U32, "");
        requireWithin("-argon-parallelism", argonParallelism.value(), 255, "");
    }

    /** The doubled word is nebula-cert's, and scripts match on it. */
    private static void requireWithin(String flag, long value, long max, String unit)
            throws ToolException {
        if (value == 0 || Long.compareUnsigned(value, max) > 0) {
            throw new ToolException.Usage(
                    flag + " must be be greater than 0 and no more than " + max + unit);
        }
    }

    private Subject limits(Instant now) throws ToolException {
        return new Subject(
                name.value(),
                ipv4("networks", CommaList.either(networks.value(), ips.value())),
                ipv4("unsafe-networks", CommaList.either(unsafeNetworks.value(), subnets.value())),
                CommaList.of(groups.value()),
                now.getEpochSecond(),
                now.plus(duration.value()).getEpochSecond());
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

    private void write(Subject limits, PathFlag key, PathFlag crt, PathFlag qr)
            throws ToolException {
        Ed25519PrivateKey secret = Ed25519PrivateKey.generate(world.random());
        try {
            Certificate ca = Signer.selfSigned(limits, secret);
            String pem = CertificatePem.encode(ca);
            files.write(key, secret.toPem());
            files.write(crt, pem);
            if (!outQr.value().isEmpty()) {
                files.write(qr, QrPng.of(pem));
            }
        } catch (CertificateException e) {
            throw new ToolException("error while signing: " + e.getMessage());
        } finally {
            secret.destroy();
        }
    }
}
