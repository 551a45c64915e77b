package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.X25519PrivateKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keygen}: a host's key pair, so that the private key never leaves the host. */
@Command(name = "keygen", description = "makes a key pair; 'sign -in-pub' takes its public key")
final class KeygenMode extends Mode {

    @Option(names = "-out-key", description = "Required: where the private key goes")
    private String outKey = "";

    @Option(names = "-out-pub", description = "Required: where the public key goes")
    private String outPub = "";

    @Option(names = "-curve", description = "Optional: 25519; P256 is not supported yet")
    private String curve = "25519";

    @Option(names = "-pkcs11", description = "Not supported yet: PKCS#11 URI of the key")
    private String pkcs11 = "";

    KeygenMode(Surroundings world) {
        super(world);
    }

    @Override
    void run() throws ToolException {
        refuseForNow(!pkcs11.isEmpty(), "-pkcs11");
        ToolException.require("out-key", outKey);
        ToolException.require("out-pub", outPub);
        CurveName.requireSupported(curve);
        PathFlag key = new PathFlag("out-key", outKey);
        PathFlag pub = new PathFlag("out-pub", outPub);
        FilePort.claimStdout(key, pub);
        files.refuseExistingFile("key", outKey);
        files.refuseExistingFile("public key", outPub);
        X25519PrivateKey secret = X25519PrivateKey.generate(world.random());
        try {
            files.write(key, secret.toPem());
            files.write(pub, KeyPem.encodePublic(secret.publicKey()));
        } finally {
            secret.destroy();
        }
    }
}
