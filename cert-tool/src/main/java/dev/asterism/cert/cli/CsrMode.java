package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.SigningRequest;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.noise.KeyPair;

/** {@code csr}: a request for a certificate, made on the host, which keeps its key. */
final class CsrMode extends Mode {

    private final Flag.Text name = flags.text("name", "", "Required: name of the host");
    private final Flag.Text networks =
            flags.text(
                    "networks",
                    "",
                    "Optional: comma-separated addresses with prefix that the host would like");
    private final Flag.Text groups =
            flags.text("groups", "", "Optional: comma-separated groups that it would like");
    private final Flag.Text unsafeNetworks =
            flags.text(
                    "unsafe-networks",
                    "",
                    "Optional: comma-separated networks that it would route for");
    private final Flag.Text curve =
            flags.text("curve", "25519", "Optional: 25519 or P256, which must be the CA's");
    private final Flag.Text inKey =
            flags.text("in-key", "", "Optional: private key that the host has already");
    private final Flag.Text outKey =
            flags.text(
                    "out-key",
                    "",
                    "Optional (if in-key not set): where the private key goes, NAME.key by default");
    private final Flag.Text outCsr =
            flags.text("out-csr", "", "Optional: where the request goes, NAME.csr by default");

    CsrMode(CliEnvironment world) {
        super(world, "csr", "makes a key and a request for \"sign -csr\"; the key stays here");
    }

    @Override
    void run() throws ToolException {
        ToolException.require("name", name.value());
        if (!inKey.value().isEmpty() && !outKey.value().isEmpty()) {
            throw new ToolException.Usage("cannot set both -in-key and -out-key");
        }
        boolean makesKey = inKey.value().isEmpty();
        PathFlag key =
                new PathFlag(
                        "out-key",
                        makesKey ? CommaList.either(outKey.value(), name.value() + ".key") : "");
        PathFlag csr =
                new PathFlag("out-csr", CommaList.either(outCsr.value(), name.value() + ".csr"));
        FilePort.claimStdout(key, csr);
        KeyPair keys = makesKey ? newKeys() : readKeys();
        try {
            String request = request(keys);
            if (makesKey) {
                files.refuseExisting("key", key.path());
            }
            files.refuseExisting("request", csr.path());
            if (makesKey) {
                files.write(key, KeyPem.encodePrivate(keys));
            }
            files.write(csr, request);
        } finally {
            keys.destroy();
        }
    }

    private KeyPair newKeys() throws ToolException {
        return CurveName.hostKeys(CurveName.parse(curve.value())).generate(world.random());
    }

    private KeyPair readKeys() throws ToolException {
        String pem = files.read("error while reading in-key: ", inKey.value());
        try {
            return KeyPem.readPrivate(pem);
        } catch (CertificateException e) {
            throw new ToolException("error while parsing in-key: " + e.getMessage());
        }
    }

    private String request(KeyPair keys) throws ToolException {
        long now = world.clock().instant().getEpochSecond();
        Subject wishes =
                new Subject(
                        name.value(),
                        NetworkList.parse("networks", networks.value()).networks(),
                        NetworkList.parse("unsafe-networks", unsafeNetworks.value())
                                .unsafeNetworks(),
                        CommaList.of(groups.value()),
                        now,
                        now);
        try {
            return SigningRequest.make(wishes, keys, world.random()).toPem();
        } catch (CertificateException e) {
            throw new ToolException("error while making the request: " + e.getMessage());
        }
    }
}
