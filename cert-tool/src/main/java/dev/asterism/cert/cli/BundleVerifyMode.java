package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.RevocationBundle;
import java.time.Instant;

/** {@code bundle verify}: would a node with these CAs take the bundle? */
final class BundleVerifyMode extends Mode {

    private final Flag.Text ca =
            flags.text("ca", "", "Required: file with one or more CA certificates");
    private final Flag.Text path = flags.text("path", "", "Required: file with a bundle");

    BundleVerifyMode(CliEnvironment world) {
        super(world, "bundle verify", "checks a revocation bundle against trusted authorities");
    }

    @Override
    void run() throws ToolException {
        ToolException.require("ca", ca.value());
        ToolException.require("path", path.value());
        PathFlag bundlePath = new PathFlag("path", path.value());
        FilePort.claimStdin(new PathFlag("ca", ca.value()), bundlePath);
        Instant now = world.clock().instant();
        RevocationBundle bundle = BundlePrintMode.read(files, bundlePath);
        try {
            bundle.head().verifyAt(pool(now), now);
        } catch (BundleException e) {
            throw new ToolException("bundle " + bundle.number() + ": " + e.getMessage());
        }
    }

    private CaPool pool(Instant now) throws ToolException {
        String text = files.read("error while reading ca: ", ca.value());
        try {
            return CaPool.read(text, Blocklist.EMPTY, now).pool();
        } catch (CertificateException e) {
            throw new ToolException("error while adding ca cert to pool: " + e.getMessage());
        }
    }
}
