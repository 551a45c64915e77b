package dev.asterism.cert.issue;

import java.nio.file.Path;

/**
 * The files beside a CA's certificate that this tool keeps, named after it: of {@code ca.crt} they are {@code
 * ca.issued.jsonl} and so on.
 */
public record AuthorityFiles(Path certificate) {

    /** How the names of the files end that say where a rotation stands. */
    public static final String ROTATION = ".rotation.json";

    /** The files of the CA whose {@link #rotation} this is; its certificate is taken to be a {@code .crt}. */
    public static AuthorityFiles ofRotation(Path rotationFile) {
        String name = String.valueOf(rotationFile.getFileName());
        String old = name.substring(0, name.length() - ROTATION.length());
        return new AuthorityFiles(rotationFile.resolveSibling(old + ".crt"));
    }

    /** What was issued and revoked. */
    public Path record() {
        return beside(".issued.jsonl");
    }

    /** Who holds it may write certificates and keys for hosts, the blocklist and the state of a rotation. */
    public Path lock() {
        return beside(".lock");
    }

    /** {@code pki.blocklist}, in the form of a configuration file. */
    public Path blocklist() {
        return beside(".blocklist.yml");
    }

    /** Where a rotation to another CA stands. */
    public Path rotation() {
        return beside(ROTATION);
    }

    /** The certificates that hosts trust during a rotation. */
    public Path bundle() {
        return beside(".bundle.crt");
    }

    private Path beside(String suffix) {
        String name = String.valueOf(certificate.getFileName());
        int dot = name.lastIndexOf('.');
        return certificate.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + suffix);
    }
}
