package dev.asterism.cert.rotate;

import dev.asterism.cert.issue.AuthorityFiles;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Fingerprint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the rotations in a folder say of the CA that they lead to. Immutable.
 *
 * @param replaced CAs that it takes over from
 * @param trusted what hosts trust meanwhile: the bundles that {@code rotate trust} made beside the CAs that are to go,
 *     which after {@code rotate retire} have the new one alone; empty before {@code rotate trust}
 * @param authorities files of the replaced ones
 */
public record EarlierCas(
        Set<Fingerprint> replaced, List<Certificate> trusted, List<AuthorityFiles> authorities) {

    public EarlierCas {
        replaced = Set.copyOf(replaced);
        trusted = List.copyOf(trusted);
        authorities = List.copyOf(authorities);
    }

    /**
     * Those that the rotations to this CA replace.
     *
     * @throws IOException when a rotation or a bundle cannot be read, or is not one
     */
    public static EarlierCas before(Fingerprint ca, Path folder) throws IOException {
        Set<Fingerprint> replaced = new TreeSet<>();
        List<Certificate> trusted = new ArrayList<>();
        List<AuthorityFiles> authorities = new ArrayList<>();
        try (DirectoryStream<Path> rotations =
                Files.newDirectoryStream(folder, "*" + AuthorityFiles.ROTATION)) {
            for (Path file : rotations) {
                Rotation rotation = RotationFile.read(file);
                if (rotation.newCa().equals(ca)) {
                    replaced.add(rotation.oldCa());
                    AuthorityFiles old = AuthorityFiles.ofRotation(file);
                    trusted.addAll(read(old.bundle()));
                    authorities.add(old);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return new EarlierCas(replaced, trusted, authorities);
    }

    /** Where it is written what was revoked with the replaced ones. */
    public List<Path> records() {
        return authorities.stream().map(AuthorityFiles::record).toList();
    }

    private static List<Certificate> read(Path bundle) throws IOException {
        if (!Files.exists(bundle)) {
            return List.of();
        }
        try {
            return CertificatePem.readUsable(Files.readString(bundle, StandardCharsets.ISO_8859_1))
                    .certificates();
        } catch (CertificateException e) {
            throw new IOException(
                    bundle + ": " + e.getMessage() + "; \"rotate trust\" makes it again", e);
        }
    }

    /** The PEM text, and behind it whatever hosts trust meanwhile that is not in it. */
    public String trustedWith(String pem) throws CertificateException {
        StringBuilder all = new StringBuilder(pem);
        if (!pem.endsWith("\n")) {
            all.append('\n');
        }
        Set<Fingerprint> known = new TreeSet<>();
        CertificatePem.readUsable(pem).certificates().forEach(ca -> known.add(ca.fingerprint()));
        for (Certificate certificate : trusted) {
            if (known.add(certificate.fingerprint())) {
                all.append(CertificatePem.encode(certificate));
            }
        }
        return all.toString();
    }
}
