package dev.asterism.cert.issue;

import dev.asterism.cert.file.DurableFile;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.text.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Certificate and key of one host, which fit each other whenever a process is killed. A new key waits beside the old
 * one until the certificate for it is there; {@link #finishInterrupted} ends what was interrupted. One writer.
 */
public record HostFiles(Path certificate, Path key) {

    private static final long LIMIT_BYTES = 4 << 20;

    /**
     * {@code NAME.crt} and {@code NAME.key}. Certificates name hosts at will; a name must not lead out of the folder.
     *
     * @throws CertificateException when the name cannot be that of a file, with the reason
     */
    public static HostFiles in(Path folder, String name) throws CertificateException {
        String unfit = unfit(name);
        if (unfit != null) {
            throw new CertificateException(
                    "the name \"%s\" cannot be the name of a file: %s; give the host another name"
                            .formatted(Printable.escaped(name), unfit));
        }
        return new HostFiles(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
    }

    /**
     * Makes a folder for hosts' files if there is none. Only its owner may write there: it has keys, which nobody else
     * may replace.
     */
    public static void createFolder(Path folder) throws IOException {
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Why a host of this name cannot have files named after it; null when it can. */
    public static @Nullable String unfit(String name) {
        if (name.isEmpty()) {
            return "it is empty";
        }
        if (name.indexOf('/') >= 0) {
            return "it has a /";
        }
        return name.indexOf('\0') >= 0 ? "it has the character 0" : null;
    }

    private Path nextKey() {
        return key.resolveSibling(key.getFileName() + ".next");
    }

    /**
     * What is in the certificate file; empty when there is none.
     *
     * @throws CertificateException also for the certificate of a CA, which no host's may replace
     */
    public List<Certificate> readCertificates() throws IOException, CertificateException {
        String text = read(certificate);
        if (text == null) {
            return List.of();
        }
        List<Certificate> present = parsed(text);
        if (present.stream().anyMatch(Certificate::isCa)) {
            throw new CertificateException(
                    certificate
                            + " is the certificate of a CA: put the files of hosts into another folder");
        }
        return present;
    }

    private List<Certificate> parsed(String text) throws CertificateException {
        try {
            return CertificatePem.readUsable(text).certificates();
        } catch (CertificateException e) {
            throw unusable(certificate, e);
        }
    }

    private static CertificateException unusable(Path file, CertificateException why) {
        return new CertificateException(
                "cannot use %s: %s; move it away, and a new one is made"
                        .formatted(file, why.getMessage()));
    }

    /** For the caller to wipe; null when there is none. */
    public @Nullable KeyPair readKey() throws IOException, CertificateException {
        String text = read(key);
        try {
            return text == null ? null : KeyPem.readPrivate(text);
        } catch (CertificateException e) {
            throw unusable(key, e);
        }
    }

    private static @Nullable String read(Path file) throws IOException {
        try {
            if (Files.size(file) > LIMIT_BYTES) {
                throw new IOException(file + " is longer than " + LIMIT_BYTES / 1024 + " KiB");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    /** The names are on the disk after {@link DurableFile#syncFolder}. */
    public void writeCertificates(List<Certificate> certificates) throws IOException {
        DurableFile.replace(certificate, pem(certificates));
    }

    /** For a host that has none. */
    public void createKey(KeyPair keys) throws IOException {
        DurableFile.create(key, bytes(KeyPem.encodePrivate(keys)));
    }

    /** A new certificate for a new key, in place of what is there. */
    public void replaceBoth(List<Certificate> certificates, KeyPair keys) throws IOException {
        DurableFile.replace(nextKey(), bytes(KeyPem.encodePrivate(keys)));
        DurableFile.syncFolder(DurableFile.folderOf(key));
        DurableFile.replace(certificate, pem(certificates));
        DurableFile.syncFolder(DurableFile.folderOf(certificate));
        takeNextKey();
    }

    private void takeNextKey() throws IOException {
        Files.move(
                nextKey(),
                key,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Takes a waiting key if the certificate is for it, and removes it if not. */
    public void finishInterrupted() throws IOException, CertificateException {
        String text = read(nextKey());
        if (text == null) {
            return;
        }
        KeyPair waiting = KeyPem.readPrivate(text);
        waiting.destroy();
        boolean isUsed =
                readCertificates().stream()
                        .anyMatch(read -> read.publicKey().equals(waiting.publicKey()));
        if (isUsed) {
            takeNextKey();
        } else {
            Files.delete(nextKey());
        }
    }

    private static byte[] pem(List<Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        certificates.forEach(certificate -> text.append(CertificatePem.encode(certificate)));
        return bytes(text.toString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
