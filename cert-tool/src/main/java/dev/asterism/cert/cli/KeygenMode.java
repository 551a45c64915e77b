package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;

/** {@code keygen}: a host's key pair, so that the private key never leaves the host. */
final class KeygenMode extends Mode {

    private final Flag.Text outKey =
            flags.text("out-key", "", "Required: where the private key goes");
    private final Flag.Text outPub =
            flags.text("out-pub", "", "Required: where the public key goes");
    private final Flag.Text curve = flags.text("curve", "25519", "Optional: 25519 or P256");
    private final Flag.Text pkcs11 =
            flags.text("pkcs11", "", "Not supported yet: PKCS#11 URI of the key");

    KeygenMode(CliEnvironment world) {
        super(world, "keygen", "makes a key pair; 'sign -in-pub' takes its public key");
    }

    @Override
    void run() throws ToolException {
        refuseForNow(!pkcs11.value().isEmpty(), "-pkcs11");
        ToolException.require("out-key", outKey.value());
        ToolException.require("out-pub", outPub.value());
        Dh dh = CurveName.hostKeys(CurveName.parse(curve.value()));
        PathFlag key = new PathFlag("out-key", outKey.value());
        PathFlag pub = new PathFlag("out-pub", outPub.value());
        FilePort.claimStdout(key, pub);
        files.refuseExistingFile("key", outKey.value());
        files.refuseExistingFile("public key", outPub.value());
        KeyPair secret = dh.generate(world.random());
        try {
            files.write(key, KeyPem.encodePrivate(secret));
            files.write(pub, KeyPem.encodePublic(secret.publicKey()));
        } finally {
            secret.destroy();
        }
    }
}
