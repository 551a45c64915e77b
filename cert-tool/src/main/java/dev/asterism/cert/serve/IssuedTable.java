package dev.asterism.cert.serve;

import dev.asterism.cert.issue.HostGrant;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Fingerprint;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What hosts got, a row for what one got at once; each call is part of its caller's transaction. */
final class IssuedTable {

    private IssuedTable() {}

    /**
     * What the host had, for as long as before.
     *
     * @param isCut whether the end of a CA made the old ones shorter: then for as long as the host was invited for
     */
    static HostGrant grant(Connection connection, List<Certificate> old, boolean isCut)
            throws SQLException {
        HostGrant same = Pems.grant(old);
        Certificate first = old.getFirst();
        Duration before = same.life();
        String seconds =
                isCut
                        ? Sql.text(
                                connection,
                                "SELECT MAX(invitation.lifetime) FROM issued JOIN invitation"
                                        + " ON invitation.id = issued.invitation"
                                        + " WHERE issued.public_key = ? AND issued.name = ?",
                                first.publicKey().hex(),
                                first.name())
                        : null;
        if (seconds == null || before == null) {
            return same;
        }
        Duration invited = Duration.ofSeconds(Long.parseLong(seconds));
        return invited.compareTo(before) > 0 ? same.lasting(invited) : same;
    }

    /** Empty when it has not been renewed, under either fingerprint that it may have. */
    static List<Certificate> successors(Connection connection, Certificate old)
            throws SQLException, CertificateException {
        Fingerprint alternate = old.alternateFingerprint();
        String shown = old.fingerprint().toString();
        String pem =
                Sql.text(
                        connection,
                        "SELECT certificates FROM issued WHERE renewed_from IN (?, ?)",
                        shown,
                        alternate == null ? shown : alternate.toString());
        return pem == null ? List.of() : Pems.decode(pem);
    }

    /**
     * Whether the host is one of this server's: by its name and key, not by the certificate alone, so that one which a
     * rotation or {@code renew} made for it since is renewed as well.
     */
    static boolean isEnrolled(Connection connection, Certificate certificate) throws SQLException {
        return Sql.text(
                        connection,
                        "SELECT fingerprint FROM issued WHERE public_key = ? AND name = ?",
                        certificate.publicKey().hex(),
                        certificate.name())
                != null;
    }

    /** Why a certificate was issued: a token's id, or the certificate before it. */
    record Origin(@Nullable String invitation, @Nullable String renewedFrom) {}

    /**
     * False when a row has the origin already, or the same certificate: the signature of Ed25519 is the same for the
     * same content, so that a host gets the same one again within a second.
     */
    static boolean add(
            Connection connection, List<Certificate> certificates, Origin origin, Instant now)
            throws SQLException {
        Certificate certificate = certificates.getFirst();
        int added =
                Sql.update(
                        connection,
                        "INSERT INTO issued VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        certificate.fingerprint().toString(),
                        certificate.name(),
                        certificate.publicKey().hex(),
                        certificate.subject().notBefore(),
                        certificate.subject().notAfter(),
                        origin.invitation(),
                        origin.renewedFrom(),
                        now.getEpochSecond(),
                        Pems.encode(certificates));
        return added == 1;
    }
}
