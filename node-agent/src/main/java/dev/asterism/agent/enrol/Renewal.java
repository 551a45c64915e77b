package dev.asterism.agent.enrol;

import dev.asterism.agent.file.BoundedFile;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.enrol.EnrolAnswer;
import dev.asterism.overlay.enrol.EnrolRequest;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.noise.KeyPair;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Renews the certificate of one host in its file, for the key that it has: only one file changes, so that certificate
 * and key fit each other at any time.
 *
 * @param ca as {@code pki.ca} names it, or the certificates themselves: what this host trusts
 * @param certificate as {@code pki.cert} names it; {@link RenewalFile} is beside it
 * @param key as {@code pki.key} names it
 */
record Renewal(String ca, Path certificate, Path key, Clock clock, RandomSource random) {

    /** The one that ends first of those in the file. */
    Certificate current() throws EnrolFailure {
        try {
            List<Certificate> all =
                    CertificatePem.readUsable(BoundedFile.read(certificate)).certificates();
            Certificate first = null;
            for (Certificate next : all) {
                if (first == null || next.notAfter().isBefore(first.notAfter())) {
                    first = next;
                }
            }
            if (first == null) {
                throw unusable(certificate, "no certificate in it");
            }
            return first;
        } catch (IOException e) {
            throw unusable(certificate, BoundedFile.reason(e));
        } catch (CertificateException e) {
            throw unusable(certificate, String.valueOf(e.getMessage()));
        }
    }

    /**
     * What the file has after a renewal.
     *
     * @param caEnd the end of the CA, if that and not its own life ends the certificate: then no later one can be had
     *     before the CA is changed; else null
     */
    record Renewed(Certificate certificate, @Nullable Instant caEnd) {}

    /** Asks for the next certificate and puts it into the file, unless the file has another one by then. */
    Renewed renew() throws EnrolFailure {
        RenewalFile from = from();
        KeyPair keys = keys();
        try {
            String pem = BoundedFile.read(certificate);
            EnrolRequest request =
                    EnrolRequest.by(
                            keys, new EnrolRequest.Grant.Renewal(pem), clock.instant(), random);
            EnrolAnswer answer = new EnrolClient(from.urls(), from.pin()).ask(request);
            CaPool trusted =
                    requireTrusted(AnswerCheck.checked(answer, keys.publicKey(), clock.instant()));
            // Who renewed or replaced the files meanwhile has newer ones, maybe for another key.
            if (BoundedFile.read(certificate).equals(pem)) {
                SafeFile.rewrite(certificate, answer.certificatePem());
            }
            Certificate next = current();
            return new Renewed(next, caEnd(next, trusted));
        } catch (IOException e) {
            throw unusable(certificate, BoundedFile.reason(e));
        } catch (CertificateException e) {
            throw unusable(key, String.valueOf(e.getMessage()));
        } finally {
            keys.destroy();
        }
    }

    private static @Nullable Instant caEnd(Certificate certificate, CaPool trusted) {
        return trusted.issuerOf(certificate)
                .filter(certificate::endsWith)
                .map(Certificate::notAfter)
                .orElse(null);
    }

    /** A certificate that this host could not verify itself would end it at the next start. */
    private CaPool requireTrusted(List<Certificate> next) throws EnrolFailure {
        boolean isInPlace = ca.contains("\n");
        String where = isInPlace ? "pki.ca" : ca;
        try {
            String pem = isInPlace ? ca : BoundedFile.read(Path.of(ca));
            CaPool trusted = CaPool.read(pem, Blocklist.EMPTY, clock.instant()).pool();
            String refusal = AnswerCheck.refusal(next, trusted, clock.instant());
            if (refusal != null) {
                throw new EnrolFailure(
                        EnrolFailure.Kind.FILES,
                        ("%s does not verify the certificate that the server gave: %s; if the mesh has another CA now,"
                                        + " add the CA's certificate to %s (your administrator has it), reload, and"
                                        + " renew again; the certificate of this host is unchanged")
                                .formatted(where, refusal, where));
            }
            return trusted;
        } catch (IOException e) {
            throw unusable(where, BoundedFile.reason(e));
        } catch (CertificateException | InvalidPathException e) {
            throw unusable(where, String.valueOf(e.getMessage()));
        }
    }

    private RenewalFile from() throws EnrolFailure {
        Path file = RenewalFile.beside(certificate);
        try {
            return RenewalFile.read(file);
        } catch (IOException e) {
            throw unusable(file, BoundedFile.reason(e));
        }
    }

    private KeyPair keys() throws EnrolFailure {
        try {
            return KeyPem.readPrivate(BoundedFile.read(key));
        } catch (IOException e) {
            throw unusable(key, BoundedFile.reason(e));
        } catch (CertificateException e) {
            throw unusable(key, String.valueOf(e.getMessage()));
        }
    }

    private static EnrolFailure unusable(Object file, String why) {
        return new EnrolFailure(EnrolFailure.Kind.FILES, "cannot use %s: %s".formatted(file, why));
    }
}
