package dev.asterism.agent.enrol;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.enrol.EnrolAnswer;
import dev.asterism.overlay.enrol.EnrolRequest;
import dev.asterism.overlay.enrol.EnrolToken;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;

/**
 * From a token to the files of a host: {@code ca.crt}, {@code host.crt}, {@code host.key} and what renewals take. The
 * key is on the disk before the server hears of it, under a name of its own: who is interrupted, or gets no answer,
 * runs the same command again and gets the same certificate.
 */
final class Enrolment {

    private final Path folder;
    private final Clock clock;
    private final RandomSource random;

    Enrolment(Path folder, Clock clock, RandomSource random) {
        this.folder = folder;
        this.clock = clock;
        this.random = random;
    }

    Path ca() {
        return folder.resolve("ca.crt");
    }

    Path certificate() {
        return folder.resolve("host.crt");
    }

    Path key() {
        return folder.resolve("host.key");
    }

    /** The certificates that the host has now. */
    List<Certificate> enrol(EnrolToken token) throws EnrolFailure {
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Path pending = folder.resolve("." + token.id().hex() + ".key");
            KeyPair keys = keys(token, pending);
            try {
                return enrol(token, keys, pending);
            } finally {
                keys.destroy();
            }
        } catch (IOException e) {
            throw new EnrolFailure(EnrolFailure.Kind.FILES, reason(e));
        } catch (CertificateException e) {
            throw new EnrolFailure(
                    EnrolFailure.Kind.FILES, "the key of an earlier attempt: " + e.getMessage());
        }
    }

    private String reason(IOException e) {
        return "cannot use the folder %s: %s (%s)"
                .formatted(folder, e.getMessage(), e.getClass().getSimpleName());
    }

    private KeyPair keys(EnrolToken token, Path pending)
            throws IOException, CertificateException, EnrolFailure {
        // Whoever has a key here is enrolled, and not by the attempt that the pending key is of.
        refuseExisting(key());
        if (Files.exists(pending)) {
            return readPending(pending);
        }
        refuseExisting(ca());
        refuseExisting(certificate());
        KeyPair fresh = (token.curve() == Curve.P256 ? Dh.p256() : Dh.x25519()).generate(random);
        boolean isOurs = false;
        try {
            isOurs = SafeFile.create(pending, KeyPem.encodePrivate(fresh));
        } finally {
            if (!isOurs) {
                fresh.destroy();
            }
        }
        return isOurs ? fresh : readPending(pending);
    }

    /** Of an earlier attempt, or of the same command that runs at the same time and may end before we read. */
    private KeyPair readPending(Path pending)
            throws IOException, CertificateException, EnrolFailure {
        try {
            return readKey(pending);
        } catch (NoSuchFileException e) {
            refuseExisting(key());
            throw e;
        }
    }

    private static KeyPair readKey(Path file) throws IOException, CertificateException {
        return KeyPem.readPrivate(Files.readString(file, StandardCharsets.US_ASCII));
    }

    private static void refuseExisting(Path file) throws EnrolFailure {
        if (Files.exists(file)) {
            throw new EnrolFailure(
                    EnrolFailure.Kind.FILES,
                    "refusing to overwrite %s: name another folder with --out, or move it away"
                            .formatted(file));
        }
    }

    private List<Certificate> enrol(EnrolToken token, KeyPair keys, Path pending)
            throws IOException, CertificateException, EnrolFailure {
        EnrolRequest request =
                EnrolRequest.by(
                        keys,
                        new EnrolRequest.Grant.Invited(token.id(), token.secret()),
                        clock.instant(),
                        random);
        EnrolAnswer answer = new EnrolClient(token.urls(), token.pin()).ask(request);
        List<Certificate> certificates =
                AnswerCheck.checked(answer, keys.publicKey(), clock.instant());
        SafeFile.write(ca(), answer.caPem());
        SafeFile.write(certificate(), answer.certificatePem());
        new RenewalFile(token.pin(), token.urls()).write(RenewalFile.beside(certificate()));
        finish(pending, keys); // last: it ends what could be repeated
        return certificates;
    }

    private void finish(Path pending, KeyPair keys) throws IOException, CertificateException {
        try {
            SafeFile.move(pending, key());
        } catch (NoSuchFileException e) {
            // The same command that ran at the same time may have done it.
            KeyPair there = readKey(key());
            there.destroy();
            if (!there.publicKey().equals(keys.publicKey())) {
                throw e;
            }
        }
    }
}
