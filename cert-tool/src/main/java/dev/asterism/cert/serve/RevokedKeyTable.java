package dev.asterism.cert.serve;

import dev.asterism.overlay.io.Bytes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;

/** Keys that get no certificate from any issuer; each call is part of its caller's transaction. */
final class RevokedKeyTable {

    private RevokedKeyTable() {}

    static boolean has(Connection connection, Bytes publicKey) throws SQLException {
        return Sql.text(
                        connection,
                        "SELECT public_key FROM revoked_key WHERE public_key = ?",
                        publicKey.hex())
                != null;
    }

    static long count(Connection connection) throws SQLException {
        String count = Sql.text(connection, "SELECT COUNT(*) FROM revoked_key");
        return count == null ? 0 : Long.parseLong(count);
    }

    /**
     * @param keys in hex; those that it has stay
     */
    static void add(Connection connection, Set<String> keys, Instant now) throws SQLException {
        for (String key : keys) {
            Sql.update(
                    connection,
                    "INSERT INTO revoked_key VALUES (?, ?) ON CONFLICT DO NOTHING",
                    key,
                    now.getEpochSecond());
        }
    }
}
