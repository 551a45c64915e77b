package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.PemFile;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.revocation.Delegation;
import dev.asterism.overlay.revocation.Delegation.Terms;
import dev.asterism.overlay.revocation.Delegation.Validity;
import java.time.Duration;
import java.time.Instant;

/** {@code bundle delegate}: a new key that may sign bundles, and the CA's word for it. */
final class BundleDelegateMode extends Mode {

    private static final Duration YEAR = Duration.ofDays(365);

    /** For nodes whose clocks are behind. */
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private final AuthorityFlags authority = new AuthorityFlags(flags, world);
    private final Flag.Uint number =
            flags.uint(
                    "number",
                    1,
                    "Optional: number of the delegation; a higher one replaces all bundles under a lower one,"
                            + " as after a theft of the key");
    private final Flag.TimeSpan duration =
            flags.duration(
                    "duration",
                    YEAR,
                    "Optional: how long nodes take new bundles of the key, at most as long as the CA is valid");
    private final Flag.Text outKey =
            flags.text("out-key", "bundle.key", "Optional: where the new private key goes");
    private final Flag.Text outDelegation =
            flags.text(
                    "out-delegation", "bundle.delegation", "Optional: where the delegation goes");

    BundleDelegateMode(CliEnvironment world) {
        super(world, "bundle delegate", "makes a key that signs revocation bundles for a CA");
    }

    @Override
    void run() throws ToolException {
        authority.require();
        long given = number.value();
        if (given < 1 || given > Delegation.MAX_NUMBER) {
            throw new ToolException.Usage("-number must be between 1 and " + Delegation.MAX_NUMBER);
        }
        if (!duration.value().isPositive()) {
            throw new ToolException.Usage("-duration must be positive");
        }
        PathFlag keyPath = new PathFlag("out-key", outKey.value());
        PathFlag delegationPath = new PathFlag("out-delegation", outDelegation.value());
        FilePort.claimStdin(authority.keyPath(), authority.crtPath());
        FilePort.claimStdout(keyPath, delegationPath);
        files.refuseExistingFile("key", outKey.value());
        files.refuseExistingFile("delegation", outDelegation.value());
        SigningKey caKey = authority.readKey();
        try {
            delegate(caKey, keyPath, delegationPath);
        } finally {
            caKey.destroy();
        }
    }

    private void delegate(SigningKey caKey, PathFlag keyPath, PathFlag delegationPath)
            throws ToolException {
        Instant now = world.clock().instant();
        Certificate ca = authority.signer(caKey, now).ca();
        long end =
                Math.min(
                        now.plus(duration.value()).getEpochSecond(),
                        ca.notAfter().getEpochSecond());
        Terms terms =
                new Terms(
                        (int) number.value(),
                        Delegation.MAY_REVOKE,
                        new Validity(now.minus(BACKDATED).getEpochSecond(), end));
        SigningKey fresh = SigningKey.generate(ca.curve(), world.random());
        try {
            Delegation delegation = Delegation.sign(ca, caKey, fresh.publicKey(), terms);
            files.write(keyPath, fresh.toPem());
            files.write(delegationPath, PemFile.encode(Delegation.PEM_LABEL, delegation.encode()));
        } finally {
            fresh.destroy();
        }
    }
}
