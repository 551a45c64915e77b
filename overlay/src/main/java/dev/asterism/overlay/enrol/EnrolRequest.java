package dev.asterism.overlay.enrol;

import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.SigningRequest;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.noise.KeyPair;
import java.time.Instant;
import java.util.List;

/**
 * A host asks for a certificate: a signing request, which has the public key and proves that the host has the private
 * one, and why it may have a certificate. The signing request names that reason and the time, so that it is of no use
 * with another token, with another certificate or at another time.
 */
public record EnrolRequest(SigningRequest signingRequest, Grant grant) {

    /** How far the clock of a host may be from the server's. */
    public static final long CLOCK_SECONDS = 300;

    private static final int MAX_PEM = 16 * 1024;

    /** Why a host may have a certificate. */
    public sealed interface Grant {

        /** As the signing request names it. */
        String name();

        /** It was invited. */
        record Invited(Bytes id, Bytes secret) implements Grant {

            @Override
            public String name() {
                return "token " + id.hex();
            }

            /** Without the secret. */
            @Override
            public String toString() {
                return name();
            }
        }

        /**
         * It has one for the same key.
         *
         * @param certificatePem as its file has it
         */
        record Renewal(String certificatePem) implements Grant {

            @Override
            public String name() {
                return "renewal";
            }
        }
    }

    /** A request by the owner of the key pair, which is borrowed. */
    public static EnrolRequest by(KeyPair own, Grant grant, Instant now, RandomSource random)
            throws CertificateException {
        long second = now.getEpochSecond();
        Subject wishes =
                new Subject(
                        grant.name(),
                        List.of(),
                        List.of(),
                        List.of(),
                        second,
                        second + CLOCK_SECONDS);
        return new EnrolRequest(SigningRequest.make(wishes, own, random), grant);
    }

    /** Whether the signing request was made for this reason. */
    public boolean isForItsGrant() {
        return signingRequest.wishes().name().equals(grant.name());
    }

    /** By how many seconds the host's clock is ahead of a time. */
    public long secondsAheadOf(Instant time) {
        return signingRequest.wishes().notBefore() - time.getEpochSecond();
    }

    public EnrolFields fields() {
        EnrolFields fields = new EnrolFields().withLines("csr", signingRequest.toPem());
        switch (grant) {
            case Grant.Invited(Bytes id, Bytes secret) ->
                    fields.with("token", id).with("secret", secret);
            case Grant.Renewal(String pem) -> fields.withLines("certificate", pem);
        }
        return fields;
    }

    /** Reads a message and checks the proof in it. */
    public static EnrolRequest of(EnrolFields fields) throws EnrolException {
        Grant grant = fields.has("token") ? invited(fields) : renewal(fields);
        try {
            return new EnrolRequest(SigningRequest.read(fields.lines("csr", MAX_PEM)), grant);
        } catch (CertificateException e) {
            throw new EnrolException(String.valueOf(e.getMessage()));
        }
    }

    private static Grant invited(EnrolFields fields) throws EnrolException {
        Bytes id = fields.bytes("token", EnrolToken.ID_BYTES);
        Bytes secret = fields.bytes("secret", EnrolToken.SECRET_BYTES);
        if (id.length() != EnrolToken.ID_BYTES || secret.length() != EnrolToken.SECRET_BYTES) {
            throw new EnrolException("message with a token of another length");
        }
        return new Grant.Invited(id, secret);
    }

    private static Grant renewal(EnrolFields fields) throws EnrolException {
        return new Grant.Renewal(fields.lines("certificate", MAX_PEM));
    }
}
