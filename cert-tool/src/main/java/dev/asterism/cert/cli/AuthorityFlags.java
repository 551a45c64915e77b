package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.cert.issue.AuthorityFiles;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.EncryptedKey;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.SigningKey;
import java.time.Instant;
import java.util.Arrays;

/** The flags that name a CA, and what they name. */
final class AuthorityFlags {

    private final CliEnvironment world;
    private final FilePort files;
    private final Flag.Text key;
    private final Flag.Text crt;
    private final Flag.Text passphraseFd;

    /** For a mode that signs. */
    AuthorityFlags(GoFlags flags, CliEnvironment world) {
        this.world = world;
        this.files = new FilePort(world);
        key = flags.text("ca-key", "ca.key", "Optional: private key of the CA");
        crt = crt(flags);
        passphraseFd = passphraseFd(flags);
    }

    /** As if these values had been given. */
    static AuthorityFlags of(CliEnvironment world, String key, String crt, String passphraseFd) {
        AuthorityFlags given = new AuthorityFlags(new GoFlags(), world);
        given.key.set(key);
        given.crt.set(crt);
        given.passphraseFd.set(passphraseFd);
        return given;
    }

    /** For a mode that needs no key as well. */
    static Flag.Text crt(GoFlags flags) {
        return flags.text("ca-crt", "ca.crt", "Optional: certificate of the CA");
    }

    static Flag.Text passphraseFd(GoFlags flags) {
        return flags.text(
                "passphrase-fd",
                "",
                "Optional: number of a descriptor to read the passphrase of the CA's key from");
    }

    PathFlag keyPath() {
        return new PathFlag("ca-key", key.value());
    }

    PathFlag crtPath() {
        return new PathFlag("ca-crt", crt.value());
    }

    void require() throws ToolException {
        ToolException.require("ca-key", key.value());
        ToolException.require("ca-crt", crt.value());
    }

    /** What this tool keeps beside the certificate, which cannot come from stdin then. */
    static AuthorityFiles files(FilePort port, String crt) throws ToolException {
        if (FilePort.isStream(crt)) {
            throw new ToolException(
                    "-ca-crt must name a file: the record of what was issued is beside it");
        }
        return new AuthorityFiles(port.resolved(crt));
    }

    AuthorityFiles files() throws ToolException {
        return files(files, crt.value());
    }

    /** For the caller to destroy. */
    SigningKey readKey() throws ToolException {
        String pem = files.read("error while reading ca-key: ", key.value());
        if (EncryptedKey.isIn(pem)) {
            return openKey(pem);
        }
        try {
            return SigningKey.fromPem(pem);
        } catch (CertificateException e) {
            throw new ToolException("error while parsing ca-key: " + e.getMessage());
        }
    }

    private SigningKey openKey(String pem) throws ToolException {
        String prefix = "error while parsing encrypted ca-key: ";
        try {
            EncryptedKey sealed = EncryptedKey.read(pem);
            KeyDerivation derivation = KeyDerivation.onThisMachine(prefix);
            derivation.refuseAbsurd(sealed.settings().memoryKib(), sealed.settings().iterations());
            byte[] passphrase =
                    Passphrase.ask(
                            world,
                            passphraseFd.value(),
                            "ca-key is encrypted and must be decrypted interactively",
                            "cannot open encrypted ca-key without passphrase");
            byte[] derived = new byte[0];
            try {
                derived = derivation.derive(passphrase, sealed.settings());
                return sealed.open(derived);
            } finally {
                Arrays.fill(passphrase, (byte) 0);
                Arrays.fill(derived, (byte) 0);
            }
        } catch (CertificateException e) {
            throw new ToolException(prefix + e.getMessage());
        }
    }

    /**
     * @param key the CA's, borrowed
     */
    Signer signer(SigningKey key, Instant now) throws ToolException {
        Certificate ca = readCertificate(files, crt.value());
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

    Certificate readCertificate() throws ToolException {
        return readCertificate(files, crt.value());
    }

    static Certificate readCertificate(FilePort port, String path) throws ToolException {
        String pem = port.read("error while reading ca-crt: ", path);
        try {
            return CertificatePem.readFirst(pem);
        } catch (CertificateException e) {
            throw new ToolException("error while parsing ca-crt: " + e.getMessage());
        }
    }
}
