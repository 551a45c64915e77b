package dev.asterism.cert.serve;

import dev.asterism.cert.issue.HostGrant;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import java.util.Comparator;
import java.util.List;

/** The certificates that one host has at once, lowest version first. */
final class Pems {

    /** One of each version. */
    private static final int MOST = 2;

    private Pems() {}

    static String encode(List<Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        certificates.forEach(certificate -> text.append(CertificatePem.encode(certificate)));
        return text.toString();
    }

    static List<Certificate> decode(String text) throws CertificateException {
        List<Certificate> read =
                CertificatePem.readUsable(text).certificates().stream()
                        .sorted(Comparator.comparingInt(Certificate::version))
                        .toList();
        if (read.isEmpty() || read.size() > MOST) {
            throw new CertificateException("the file of the host has not one or two certificates");
        }
        return read;
    }

    /** Whether they differ in their versions, and belong together. */
    static boolean isOneHost(List<Certificate> certificates) {
        Certificate first = certificates.getFirst();
        Certificate last = certificates.getLast();
        return certificates.size() == 1
                || first.version() != last.version()
                        && first.name().equals(last.name())
                        && first.groups().equals(last.groups())
                        && first.subject().notBefore() == last.subject().notBefore();
    }

    /** What they grant, to grant it again for as long. */
    static HostGrant grant(List<Certificate> certificates) {
        return HostGrant.of(certificates, certificates.getLast().life());
    }
}
