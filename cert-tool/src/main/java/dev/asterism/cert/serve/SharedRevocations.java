package dev.asterism.cert.serve;

import dev.asterism.cert.issue.IssuingAuthority;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;

/**
 * Tells the database which keys {@code revoke} has blocked in the record of this issuer's CA, so that the other issuers
 * with the same database refuse them, too. {@code revoke} itself needs neither the database nor a server that runs. Not
 * for several threads.
 */
public final class SharedRevocations {

    private final SqlStore store;
    private final IssuingAuthority authority;
    private Set<String> told = Set.of();

    /** How many keys of all issuers the database had at the last look. No issuer takes one out. */
    private long counted;

    public SharedRevocations(SqlStore store, IssuingAuthority authority) {
        this.store = store;
        this.authority = authority;
    }

    /**
     * Returns when the database has all of them. It has fewer than at the last look when it was put back to an earlier
     * state: then all are told again.
     */
    void share(Instant now) throws SQLException, IOException {
        Set<String> own = authority.revokedKeys();
        long count = store.revokedKeys();
        if (!own.equals(told) || count < counted) {
            store.addRevokedKeys(own, now);
            told = own;
            count = store.revokedKeys();
        }
        counted = count;
    }

    /** As a server starts. */
    public void shareFirst(Instant now) throws ServeException {
        try {
            share(now);
        } catch (SQLException e) {
            throw Database.unusable(e);
        } catch (IOException e) {
            throw new ServeException("cannot read the record of the CA: " + e.getMessage(), e);
        }
    }
}
