package dev.asterism.cert.serve;

import dev.asterism.cert.issue.HostGrant;
import dev.asterism.cert.issue.VersionChoice;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An invitation as its row has it.
 *
 * @param usedKey public key in hex that the token was used for; null while it is not used
 * @param certificates PEM that was issued for it
 */
record TokenRow(
        Fingerprint secretDigest,
        HostGrant host,
        long createdAt,
        long notAfter,
        boolean isVoid,
        @Nullable String usedKey,
        @Nullable String certificates) {

    static @Nullable TokenRow find(Connection connection, Bytes id) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT secret_digest, name, networks, unsafe_networks, host_groups, versions, lifetime,"
                                + " created_at, not_after, voided_at, used_key, certificates"
                                + " FROM invitation WHERE id = ?")) {
            query.setString(1, id.hex());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? of(rows) : null;
            }
        }
    }

    private static TokenRow of(ResultSet rows) throws SQLException {
        Fingerprint digest = Fingerprint.parse(rows.getString(1));
        VersionChoice versions = VersionChoice.parse(rows.getString(6));
        if (digest == null || versions == null) {
            throw new SQLException("an invitation without the digest of its secret or a version");
        }
        HostGrant host =
                new HostGrant(
                        rows.getString(2),
                        Sql.split(rows.getString(3)).stream().map(Cidr::of).toList(),
                        Sql.split(rows.getString(4)).stream().map(Cidr::of).toList(),
                        Sql.split(rows.getString(5)),
                        versions,
                        Duration.ofSeconds(rows.getLong(7)));
        return new TokenRow(
                digest,
                host,
                rows.getLong(8),
                rows.getLong(9),
                rows.getObject(10) != null,
                rows.getString(11),
                rows.getString(12));
    }

    /** Takes as long for every digest. */
    boolean hasSecret(Fingerprint digest) {
        return MessageDigest.isEqual(secretDigest.raw().toArray(), digest.raw().toArray());
    }
}
