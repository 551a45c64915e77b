package dev.asterism.cert.serve;

import dev.asterism.overlay.io.Bytes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Tokens that are still valid and that nobody has used; each call is part of its caller's transaction. */
final class OpenInvitations {

    private static final String OPEN = " used_at IS NULL AND voided_at IS NULL";

    private OpenInvitations() {}

    /** The one that ends first is first. */
    static List<Invitation> list(Connection connection, Instant now) throws SQLException {
        List<Bytes> ids = new ArrayList<>();
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT id FROM invitation WHERE"
                                + OPEN
                                + " AND not_after >= ? ORDER BY not_after, id")) {
            query.setLong(1, now.getEpochSecond());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    ids.add(Bytes.ofHex(rows.getString(1)));
                }
            }
        }
        List<Invitation> open = new ArrayList<>();
        for (Bytes id : ids) {
            TokenRow row = TokenRow.find(connection, id);
            if (row != null) {
                open.add(
                        new Invitation(
                                id,
                                row.secretDigest(),
                                row.host(),
                                row.createdAt(),
                                row.notAfter()));
            }
        }
        return open;
    }

    /** Takes it out, so that nobody knows its token any more. False: there is none, or it was used. */
    static boolean withdraw(Connection connection, Bytes id) throws SQLException {
        String sql = "DELETE FROM invitation WHERE id = ? AND" + OPEN;
        return Sql.update(connection, sql, id.hex()) > 0;
    }
}
