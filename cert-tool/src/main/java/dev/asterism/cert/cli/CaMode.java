package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.Argon2Settings;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.EncryptedKey;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** {@code ca}: a new certificate authority. */
final class CaMode extends Mode {

    /** Nebula's is 2; ours is 1 until the agent can use certificates of version 2. */
    private static final int DEFAULT_VERSION = 2;

    private static final long MAX_U32 = 0xFFFF_FFFFL;
    private final Flag.Text name = flags.text("name", "", "Required: name of the authority");
    private final Flag.Uint version =
            flags.uint(
                    "version",
                    DEFAULT_VERSION,
                    "Optional: certificate version, 1 or 2; Nebula before 1.10 knows version 1 only");
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
    private final Flag.Text curve = flags.text("curve", "25519", "Optional: 25519 or P256");
    private final Flag.Switch encrypted =
            flags.flag(
                    "encrypt",
                    "Optional: protect out-key with a passphrase, asked for or from NEBULA_CA_PASSPHRASE");
    private final Flag.Uint argonMemory =
            flags.uint("argon-memory", 2097152, "Argon2 memory in KiB for -encrypt");
    private final Flag.Uint argonIterations =
            flags.uint("argon-iterations", 1, "Argon2 iterations for -encrypt");
    private final Flag.Uint argonParallelism =
            flags.uint("argon-parallelism", 4, "Argon2 parallelism for -encrypt");
    private final Flag.Text pkcs11 =
            flags.text("pkcs11", "", "Not supported yet: PKCS#11 URI of the key");

    private final Flag.Text passphraseFd = AuthorityFlags.passphraseFd(flags);

    private final KeyDerivation derivation =
            KeyDerivation.onThisMachine("error while encrypting out-key: ");

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
        Subject limits = limits(world.clock().instant());
        PathFlag key = new PathFlag("out-key", outKey.value());
        PathFlag crt = new PathFlag("out-crt", outCrt.value());
        PathFlag qr = new PathFlag("out-qr", outQr.value());
        FilePort.claimStdout(key, crt, qr);
        byte[] passphrase = encrypted.isSet() ? passphrase() : new byte[0];
        try {
            Curve of = CurveName.parse(curve.value());
            files.refuseExisting("CA key", outKey.value());
            files.refuseExisting("CA cert", outCrt.value());
            write(limits, of, passphrase, new Outputs(key, crt, qr));
        } finally {
            Arrays.fill(passphrase, (byte) 0);
        }
    }

    private byte[] passphrase() throws ToolException {
        return Passphrase.ask(
                world,
                passphraseFd.value(),
                "out-key must be encrypted interactively",
                "no passphrase specified, remove -encrypt flag to write out-key in plaintext");
    }

    private void checkArgon() throws ToolException {
        if (!encrypted.isSet()) {
            return;
        }
        requireWithin("-argon-memory", argonMemory.value(), MAX_U32, " KiB");
        requireWithin("-argon-iterations", argonIterations.value(), MAX_U32, "");
        requireWithin("-argon-parallelism", argonParallelism.value(), 255, "");
        derivation.refuseAbsurd(argonMemory.value(), argonIterations.value());
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
        String limits = CommaList.either(networks.value(), ips.value());
        String unsafe = CommaList.either(unsafeNetworks.value(), subnets.value());
        return new Subject(
                name.value(),
                isV2()
                        ? NetworkList.parse("networks", limits).networks()
                        : ipv4("networks", limits),
                isV2()
                        ? NetworkList.parse("unsafe-networks", unsafe).unsafeNetworks()
                        : ipv4("unsafe-networks", unsafe),
                CommaList.of(groups.value()),
                now.getEpochSecond(),
                now.plus(duration.value()).getEpochSecond());
    }

    private boolean isV2() {
        return version.value() == 2;
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

    private record Outputs(PathFlag key, PathFlag crt, PathFlag qr) {}

    /**
     * @param passphrase of the key; empty when it is not to be encrypted
     */
    private void write(Subject limits, Curve of, byte[] passphrase, Outputs outputs)
            throws ToolException {
        SigningKey secret = SigningKey.generate(of, world.random());
        try {
            Certificate ca = Signer.selfSigned((int) version.value(), limits, secret);
            String pem = CertificatePem.encode(ca);
            files.write(
                    outputs.key(),
                    passphrase.length == 0 ? secret.toPem() : sealed(secret, passphrase));
            files.write(outputs.crt(), pem);
            if (!outQr.value().isEmpty()) {
                files.write(outputs.qr(), QrPng.of(pem));
            }
        } catch (CertificateException e) {
            throw new ToolException("error while signing: " + e.getMessage());
        } finally {
            secret.destroy();
        }
    }

    private String sealed(SigningKey secret, byte[] passphrase) throws ToolException {
        Argon2Settings settings =
                new Argon2Settings(
                        argonMemory.value(),
                        argonIterations.value(),
                        (int) argonParallelism.value(),
                        Bytes.owning(world.random().bytes(Argon2Settings.SALT_BYTES)));
        byte[] derived = derivation.derive(passphrase, settings);
        try {
            return EncryptedKey.seal(secret, settings, derived, world.random());
        } finally {
            Arrays.fill(derived, (byte) 0);
        }
    }
}
