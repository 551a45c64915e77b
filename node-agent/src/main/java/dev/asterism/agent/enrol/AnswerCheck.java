package dev.asterism.agent.enrol;

import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Verification;
import dev.asterism.overlay.enrol.EnrolAnswer;
import dev.asterism.overlay.io.Bytes;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at what a server answered before it goes into the host's files: nothing that the node could not start with. */
final class AnswerCheck {

    private AnswerCheck() {}

    /**
     * The certificates of the answer.
     *
     * @param key of this host
     */
    static List<Certificate> checked(EnrolAnswer answer, Bytes key, Instant now)
            throws EnrolFailure {
        try {
            List<Certificate> certificates =
                    CertificatePem.readUsable(answer.certificatePem()).certificates();
            if (certificates.isEmpty()) {
                throw unusable("no certificate in it");
            }
            for (Certificate certificate : certificates) {
                if (!certificate.publicKey().equals(key)) {
                    throw unusable("a certificate in it is for another key");
                }
            }
            CaPool authorities = CaPool.read(answer.caPem(), Blocklist.EMPTY, now).pool();
            String refusal = refusal(certificates, authorities, now);
            if (refusal != null) {
                throw unusable(refusal);
            }
            return certificates;
        } catch (CertificateException e) {
            throw unusable(String.valueOf(e.getMessage()));
        }
    }

    /** Why one of them is not valid now under these authorities; null when all are. */
    static @Nullable String refusal(
            List<Certificate> certificates, CaPool authorities, Instant now) {
        for (Certificate certificate : certificates) {
            if (authorities.verify(certificate, now)
                    instanceof Verification.Refused(Verification.Reason _, String message)) {
                return message;
            }
        }
        return null;
    }

    private static EnrolFailure unusable(String why) {
        return new EnrolFailure(
                EnrolFailure.Kind.UNREACHABLE,
                "the server's answer cannot be used: %s; is the clock of this host right?"
                        .formatted(why));
    }
}
