package dev.asterism.cert.serve;

import dev.asterism.cert.issue.HostGrant;
import dev.asterism.cert.issue.IssuingAuthority;
import dev.asterism.cert.record.RevokedKeyException;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.Verification;
import dev.asterism.overlay.enrol.EnrolAnswer;
import dev.asterism.overlay.enrol.EnrolException;
import dev.asterism.overlay.enrol.EnrolFields;
import dev.asterism.overlay.enrol.EnrolRequest;
import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides about requests of hosts: reads the message, checks proof, time and grant, has the certificate issued and
 * stored, and writes down what it did. What was not written to the audit log is not handed out. Any thread.
 */
public final class EnrolmentDesk {

    static final int OK = 200;
    static final int BAD_REQUEST = 400;
    static final int FORBIDDEN = 403;
    static final int UNAVAILABLE = 503;

    /** In the CA's record. */
    private static final String SIGNED_BY = "serve";

    private static final String ENROLLED = "enrolled";
    private static final String RENEWED = "renewed";

    private final SqlStore store;
    private final IssuingAuthority authority;
    private final Trust trust;
    private final AuditLog audit;
    private final Clock clock;

    /**
     * What hosts are to trust, and whose certificates are renewed.
     *
     * @param caPem handed to every host
     * @param pool the same authorities
     * @param replaced CAs that a rotation replaces by the one that signs
     * @param renewsAny whether certificates of these and of the one that signs are renewed though this server did not
     *     issue them
     */
    public record Trust(String caPem, CaPool pool, Set<Fingerprint> replaced, boolean renewsAny) {

        public Trust {
            replaced = Set.copyOf(replaced);
        }

        /** A host must not get back to a CA that a rotation has just taken it away from. */
        private boolean replaces(List<Certificate> certificates, Certificate ca) {
            return certificates.stream()
                    .map(pool::issuerOf)
                    .allMatch(
                            issuer ->
                                    issuer.isPresent()
                                            && (issuer.get().fingerprint().equals(ca.fingerprint())
                                                    || replaced.contains(
                                                            issuer.get().fingerprint())));
        }

        private boolean endWithIssuer(List<Certificate> certificates) {
            return certificates.stream()
                    .anyMatch(
                            certificate ->
                                    pool.issuerOf(certificate)
                                            .filter(certificate::endsWith)
                                            .isPresent());
        }
    }

    public EnrolmentDesk(
            SqlStore store, IssuingAuthority authority, Trust trust, AuditLog audit, Clock clock) {
        this.store = store;
        this.authority = authority;
        this.trust = trust;
        this.audit = audit;
        this.clock = clock;
    }

    /** An answer, with its status of HTTP. */
    record Reply(int status, EnrolFields fields) {

        static Reply error(int status, String message) {
            return new Reply(status, new EnrolFields().with("error", message));
        }
    }

    /** Answers one request; {@code source} is for the audit log. */
    Reply answer(Bytes message, String source) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("source", source);
        try {
            EnrolRequest request = EnrolRequest.of(EnrolFields.parse(message));
            details.put("grant", request.grant().name());
            details.put("publicKey", request.signingRequest().publicKey().hex());
            String unfit = unfit(request);
            return unfit == null ? decide(request, details) : refuse(unfit, details);
        } catch (EnrolException e) {
            return tell(
                    "malformed", details, Reply.error(BAD_REQUEST, String.valueOf(e.getMessage())));
        }
    }

    private @Nullable String unfit(EnrolRequest request) {
        if (!request.isForItsGrant()) {
            return "the signing request was made for something else";
        }
        long ahead = request.secondsAheadOf(clock.instant());
        if (Math.abs(ahead) > EnrolRequest.CLOCK_SECONDS) {
            return "the host's clock is %d s %s the server's; set it and try again"
                    .formatted(Math.abs(ahead), ahead > 0 ? "ahead of" : "behind");
        }
        if (request.signingRequest().curve() != authority.ca().curve()) {
            return "the CA has the curve "
                    + (authority.ca().curve() == Curve.P256 ? "P256" : "25519")
                    + ", the key of the host has another one";
        }
        return null;
    }

    private Reply decide(EnrolRequest request, Map<String, String> details) {
        Instant now = clock.instant();
        Bytes key = request.signingRequest().publicKey();
        try {
            Outcome outcome =
                    switch (request.grant()) {
                        case EnrolRequest.Grant.Invited(Bytes id, Bytes secret) ->
                                store.redeem(
                                        new SqlStore.Redemption(id, Fingerprint.of(secret), key),
                                        issuing(ENROLLED, details),
                                        now);
                        case EnrolRequest.Grant.Renewal(String pem) ->
                                renew(pem, key, now, issuing(RENEWED, details));
                    };
            return switch (outcome) {
                case Outcome.Refused(String message) -> refuse(message, details);
                case Outcome.Granted granted -> grant(granted, request.grant(), details);
            };
        } catch (CertificateException e) {
            return refuse("the CA cannot issue it: " + e.getMessage(), details);
        } catch (SqlStore.OlderCopyException e) {
            return foundOlderCopy(details);
        } catch (SQLException e) {
            details.put("problem", Database.reason(e));
            return tell("failed", details, unavailable());
        } catch (RevokedKeyException e) {
            return refuse(Outcome.KEY_REVOKED.message(), details);
        } catch (IOException e) {
            details.put("problem", String.valueOf(e.getMessage()));
            return tell("failed", details, unavailable());
        }
    }

    private static Reply unavailable() {
        return Reply.error(UNAVAILABLE, "the server has a problem with its own state; try again");
    }

    /**
     * The audit log first, then the CA's record, then the database: a failure in between leaves a line for a
     * certificate that nobody got, and a line that says so, but never a certificate without its line.
     */
    private Issuing issuing(String event, Map<String, String> details) {
        return new Issuing() {

            @Override
            public Certificate ca() {
                return authority.ca();
            }

            @Override
            public List<Certificate> issue(HostGrant grant, Bytes publicKey, Instant now)
                    throws CertificateException, IOException {
                authority.refuseRevoked(grant.name(), publicKey);
                Instant from = grant.begin(authority.ca(), now);
                List<Certificate> signed = authority.sign(grant, publicKey, from, now);
                Map<String, String> line = new LinkedHashMap<>(details);
                describe(signed.getFirst(), line);
                line.put("groups", String.join(",", grant.groups()));
                audit.add(event, line);
                authority.write(signed, SIGNED_BY, now);
                return signed;
            }
        };
    }

    /** Looked up before the database's transaction, which others wait for. */
    private List<Certificate> issuedAfter(List<Certificate> certificates) throws IOException {
        List<Certificate> after = new ArrayList<>();
        for (Certificate certificate : certificates) {
            after.addAll(authority.issuedAfter(certificate));
        }
        return after;
    }

    private Outcome renew(String pem, Bytes key, Instant now, Issuing issuing)
            throws SQLException, IOException, CertificateException {
        List<Certificate> old = Pems.decode(pem);
        for (Certificate certificate : old) {
            if (!(trust.pool().verify(certificate, now) instanceof Verification.Accepted)) {
                return new Outcome.Refused(
                        certificate.expiredAt(now)
                                ? "the certificate has expired; enrol with a new token"
                                : "the certificate is not of this CA");
            }
            if (!certificate.publicKey().equals(key)) {
                return new Outcome.Refused("the signing request is for another key");
            }
        }
        if (!Pems.isOneHost(old)) {
            return new Outcome.Refused("the certificates are not of one host");
        }
        long from = old.getFirst().subject().notBefore();
        if (now.getEpochSecond() < from + (old.getFirst().subject().notAfter() - from) / 2) {
            return new Outcome.Refused(
                    "too early: a certificate is renewed after half of its life");
        }
        if (!trust.replaces(old, authority.ca())) {
            return new Outcome.Refused(
                    "the certificate is of another CA than this server signs with; the server of that one renews it");
        }
        return store.renew(
                new SqlStore.Renewal(
                        old, issuedAfter(old), trust.endWithIssuer(old), trust.renewsAny()),
                issuing,
                now);
    }

    private Reply grant(
            Outcome.Granted granted, EnrolRequest.Grant grant, Map<String, String> details)
            throws IOException {
        Certificate certificate = granted.certificates().getFirst();
        Reply reply =
                new Reply(
                        OK,
                        new EnrolAnswer(Pems.encode(granted.certificates()), trust.caPem())
                                .fields());
        if (!granted.again()) {
            return reply; // the log has had it since before it was stored
        }
        authority.refuseRevoked(certificate.name(), certificate.publicKey());
        describe(certificate, details);
        String event = grant instanceof EnrolRequest.Grant.Renewal ? RENEWED : ENROLLED;
        return tell(event + "-again", details, reply);
    }

    private void describe(Certificate certificate, Map<String, String> details) {
        details.put("name", certificate.name());
        details.put("fingerprint", certificate.fingerprint().toString());
        details.put("notAfter", certificate.notAfter().toString());
        if (certificate.endsWith(authority.ca())) {
            details.put(
                    "warning",
                    ("the certificate ends with the CA, which ends %s: change the CA before, see asterism-cert"
                                    + " rotate plan")
                            .formatted(authority.ca().notAfter()));
        }
    }

    private Reply foundOlderCopy(Map<String, String> details) {
        try {
            int count = store.follow(false, clock.instant());
            details.put(
                    "problem", "the database is an older copy; open tokens made void: " + count);
        } catch (SQLException | IOException e) {
            details.put("problem", "the database is an older copy: " + e.getMessage());
        }
        return tell(
                "older-copy",
                details,
                Reply.error(FORBIDDEN, "the token is void: the server was restored from a copy"));
    }

    private Reply refuse(String message, Map<String, String> details) {
        details.put("problem", message);
        return tell("refused", details, Reply.error(FORBIDDEN, message));
    }

    /** For what is not issued now, which somebody may ask for as often as the rates allow. */
    private Reply tell(String event, Map<String, String> details, Reply reply) {
        try {
            audit.addRefusal(event, details.getOrDefault("source", ""), details);
            return reply;
        } catch (IOException e) {
            return unavailable();
        }
    }
}
