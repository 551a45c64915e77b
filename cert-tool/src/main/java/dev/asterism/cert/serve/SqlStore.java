package dev.asterism.cert.serve;

import dev.asterism.cert.issue.HostGrant;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Invitations and what was issued. A token is looked at, consumed and answered in one transaction, which is on the disk
 * before the answer leaves; the same host may ask again and gets the same certificate. Any thread; other processes may
 * use the same database.
 */
public final class SqlStore {

    private static final int ID_BYTES = 16;

    private final Database database;
    private final ConsumptionMark mark;

    private SqlStore(Database database, ConsumptionMark mark) {
        this.database = database;
        this.mark = mark;
    }

    /** The tables are made or brought up to date, and a copy that is older than the mark is found out. */
    static SqlStore open(Database database, ConsumptionMark mark, RandomSource random)
            throws ServeException {
        database.migrate();
        SqlStore store = new SqlStore(database, mark);
        String fresh = Bytes.owning(random.bytes(ID_BYTES)).hex();
        try {
            database.transaction(
                    connection ->
                            Sql.update(
                                    connection,
                                    "INSERT INTO enrolment_state VALUES (1, ?, 0, '') ON CONFLICT DO NOTHING",
                                    fresh));
        } catch (SQLException e) {
            throw Database.unusable(e);
        }
        return store;
    }

    /** The row that every issuer locks when it consumes a token. */
    private record State(String databaseId, long consumed) {}

    /** Whoever has the token and the key that goes with it. */
    record Redemption(Bytes id, Fingerprint secretDigest, Bytes publicKey) {}

    void add(Invitation invitation) throws SQLException {
        HostGrant host = invitation.host();
        database.transaction(
                connection ->
                        Sql.update(
                                connection,
                                "INSERT INTO invitation (id, secret_digest, name, networks, unsafe_networks,"
                                        + " host_groups, versions, lifetime, created_at, not_after)"
                                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                invitation.id().hex(),
                                invitation.secretDigest().toString(),
                                host.name(),
                                Sql.joined(host.networks()),
                                Sql.joined(host.unsafeNetworks()),
                                String.join(",", host.groups()),
                                host.versions().toString(),
                                invitation.lifetimeSeconds(),
                                invitation.createdAt(),
                                invitation.notAfter()));
    }

    List<Invitation> openInvitations(Instant now) throws SQLException {
        return database.transaction(connection -> OpenInvitations.list(connection, now));
    }

    boolean withdraw(Bytes id) throws SQLException {
        return database.transaction(connection -> OpenInvitations.withdraw(connection, id));
    }

    /** Where hosts find the servers, as the last {@code serve} said; empty when none has run. */
    String url() throws SQLException {
        return database.transaction(
                connection -> {
                    try (PreparedStatement query =
                                    connection.prepareStatement("SELECT url FROM enrolment_state");
                            ResultSet rows = query.executeQuery()) {
                        return rows.next() ? rows.getString(1) : "";
                    }
                });
    }

    void url(String url) throws SQLException {
        database.transaction(
                connection -> Sql.update(connection, "UPDATE enrolment_state SET url = ?", url));
    }

    /**
     * Makes all open tokens void if the database is older than the mark, and says how many; else follows it with the
     * mark and returns -1.
     *
     * @param anyway void in any case: the files came from a copy, too
     */
    int follow(boolean anyway, Instant now) throws SQLException, IOException {
        ConsumptionMark.Position before = mark.position();
        State state = database.transaction(SqlStore::state);
        if (anyway || before.isAheadOf(state.databaseId(), state.consumed())) {
            int count = database.transaction(connection -> voidOpen(connection, now));
            state = database.transaction(SqlStore::state);
            mark.raise(state.databaseId(), state.consumed());
            return count;
        }
        mark.raise(state.databaseId(), state.consumed());
        return -1;
    }

    /** Whether {@link #follow} would make tokens void. */
    boolean isOlderCopy() throws SQLException {
        ConsumptionMark.Position before = mark.position();
        State state = database.transaction(SqlStore::state);
        return before.isAheadOf(state.databaseId(), state.consumed());
    }

    private int voidOpen(Connection connection, Instant now) throws SQLException {
        long reached = mark.position().consumed();
        Sql.update(
                connection,
                "UPDATE enrolment_state SET consumed = ? WHERE consumed < ?",
                reached,
                reached);
        return Sql.update(
                connection,
                "UPDATE invitation SET voided_at = ? WHERE used_at IS NULL AND voided_at IS NULL",
                now.getEpochSecond());
    }

    /**
     * Consumes a token.
     *
     * @throws CertificateException when the CA may not grant what the token says; the token stays open
     * @throws OlderCopyException when the database turns out to be an older copy; nothing was consumed
     */
    Outcome redeem(Redemption asked, Issuing issuing, Instant now)
            throws SQLException, IOException, CertificateException {
        State[] after = new State[1];
        Outcome outcome = transaction(connection -> redeem(connection, asked, issuing, now, after));
        if (after[0] != null) {
            mark.raise(after[0].databaseId(), after[0].consumed());
        }
        return outcome;
    }

    private Outcome redeem(
            Connection connection, Redemption asked, Issuing issuing, Instant now, State[] after)
            throws SQLException, IOException, CertificateException {
        TokenRow row = TokenRow.find(connection, asked.id());
        if (row == null || !row.hasSecret(asked.secretDigest())) {
            return new Outcome.Refused("unknown token");
        }
        if (RevokedKeyTable.has(connection, asked.publicKey())) {
            return Outcome.KEY_REVOKED;
        }
        if (row.usedKey() != null) {
            return used(connection, row, asked.publicKey(), after);
        }
        if (row.isVoid()) {
            return new Outcome.Refused(
                    "the token is void: the server was restored from a copy after it was made; ask for a new one");
        }
        long second = now.getEpochSecond();
        if (second > row.notAfter() || second < row.createdAt()) {
            return new Outcome.Refused(
                    second > row.notAfter()
                            ? "the token was valid until "
                                    + Instant.ofEpochSecond(row.notAfter())
                                    + "; ask for a new one"
                            : "the token is not valid yet; is the server's clock right?");
        }
        // The claim first: who waits for it signs nothing in vain.
        int won =
                Sql.update(
                        connection,
                        "UPDATE invitation SET used_at = ?, used_key = ?"
                                + " WHERE id = ? AND used_at IS NULL AND voided_at IS NULL",
                        second,
                        asked.publicKey().hex(),
                        asked.id().hex());
        if (won != 1) {
            TokenRow other = TokenRow.find(connection, asked.id());
            return other == null || other.usedKey() == null
                    ? new Outcome.Refused("the token was made void just now; ask for a new one")
                    : used(connection, other, asked.publicKey(), after);
        }
        after[0] = count(connection); // before anything is written down: this may be an older copy
        List<Certificate> issued = issuing.issue(row.host(), asked.publicKey(), now);
        Sql.update(
                connection,
                "UPDATE invitation SET certificates = ? WHERE id = ?",
                Pems.encode(issued),
                asked.id().hex());
        IssuedTable.add(connection, issued, new IssuedTable.Origin(asked.id().hex(), null), now);
        return new Outcome.Granted(issued, false);
    }

    /** One more is consumed; others that consume wait for the row until this one commits. */
    private State count(Connection connection) throws SQLException {
        Sql.update(connection, "UPDATE enrolment_state SET consumed = consumed + 1");
        State state = state(connection);
        if (mark.position().isAheadOf(state.databaseId(), state.consumed() - 1)) {
            throw new OlderCopyException();
        }
        return state;
    }

    /** The database was put back while the server ran. */
    static final class OlderCopyException extends SQLException {

        private static final long serialVersionUID = 1L;

        private OlderCopyException() {
            super("the database is older than the mark beside it");
        }
    }

    private Outcome used(Connection connection, TokenRow row, Bytes publicKey, State[] after)
            throws SQLException, CertificateException {
        if (row.certificates() == null || !publicKey.hex().equals(row.usedKey())) {
            return new Outcome.Refused(
                    "the token has been used by another host; if that was not you, tell your administrator");
        }
        State state = state(connection);
        if (!mark.position().isAheadOf(state.databaseId(), state.consumed())) {
            after[0] = state; // whoever asked first may have got no answer as the mark could not be
            // written
        }
        return new Outcome.Granted(Pems.decode(row.certificates()), true);
    }

    /**
     * Certificates of a host that are to be renewed.
     *
     * @param old one, or one of each version; lowest first
     * @param later what the host got after one of them for the same key
     * @param isCut whether their CA's end made them shorter than the host's certificates are to be
     * @param any whether they are renewed if they were not issued here
     */
    record Renewal(List<Certificate> old, List<Certificate> later, boolean isCut, boolean any) {}

    /**
     * Their successors, for the same key; they have them once at most, and only if those end later. They give no
     * right that a later certificate of the host lacks: an older one, which the host has kept, must not give it back.
     */
    Outcome renew(Renewal asked, Issuing issuing, Instant now)
            throws SQLException, IOException, CertificateException {
        Certificate first = asked.old().getFirst();
        return transaction(
                connection -> {
                    if (RevokedKeyTable.has(connection, first.publicKey())) {
                        return Outcome.KEY_REVOKED;
                    }
                    List<Certificate> known = IssuedTable.successors(connection, first);
                    if (!known.isEmpty()) {
                        return new Outcome.Granted(known, true);
                    }
                    if (!asked.any() && !IssuedTable.isEnrolled(connection, first)) {
                        return new Outcome.Refused(
                                "the certificate was not issued by this server; enrol with a new token");
                    }
                    HostGrant same = IssuedTable.grant(connection, asked.old(), asked.isCut());
                    List<Certificate> later = asked.later();
                    if (!later.stream().allMatch(same::hasItsNetworks)) {
                        return new Outcome.Refused(
                                "a later certificate of this host has other addresses, %s: replace this certificate by that one"
                                        .formatted(Sql.joined(later.getLast().networks())));
                    }
                    HostGrant grant = same.within(later);
                    Instant from = grant.begin(issuing.ca(), now);
                    if (!grant.outlives(first, issuing.ca(), from)) {
                        return new Outcome.Refused(
                                ("the CA ends %s, so that a new certificate would end no later than this one: the CA"
                                                + " must be changed, see asterism-cert rotate plan")
                                        .formatted(issuing.ca().notAfter()));
                    }
                    List<Certificate> issued = issuing.issue(grant, first.publicKey(), now);
                    IssuedTable.Origin origin =
                            new IssuedTable.Origin(null, first.fingerprint().toString());
                    boolean isAdded = IssuedTable.add(connection, issued, origin, now);
                    // Another issuer may have renewed the same certificate meanwhile.
                    List<Certificate> others =
                            isAdded ? List.of() : IssuedTable.successors(connection, first);
                    return others.isEmpty()
                            ? new Outcome.Granted(issued, false)
                            : new Outcome.Granted(others, true);
                });
    }

    /** How many keys {@link #addRevokedKeys} was told, by any issuer. */
    long revokedKeys() throws SQLException {
        return database.transaction(RevokedKeyTable::count);
    }

    /** From now on no issuer gives a certificate to these keys, in hex. */
    void addRevokedKeys(Set<String> keys, Instant now) throws SQLException {
        database.transaction(
                connection -> {
                    RevokedKeyTable.add(connection, keys, now);
                    return true;
                });
    }

    /** How many open tokens and unexpired certificates there are, whose hosts know the server by its certificate. */
    long dependants(Instant now) throws SQLException {
        long second = now.getEpochSecond();
        String open =
                "SELECT COUNT(*) FROM invitation WHERE used_at IS NULL AND voided_at IS NULL AND not_after >= ?";
        String alive = "SELECT COUNT(*) FROM issued WHERE not_after >= ?";
        return database.transaction(
                connection -> count(connection, open, second) + count(connection, alive, second));
    }

    /** What open tokens and hosts with unexpired certificates were invited for; the usual one without any. */
    Duration longestLife(Instant now) throws SQLException {
        long second = now.getEpochSecond();
        String longest =
                "SELECT MAX(lifetime) FROM invitation WHERE"
                        + " (used_at IS NULL AND voided_at IS NULL AND not_after >= ?)"
                        + " OR used_key IN (SELECT public_key FROM issued WHERE not_after >= ?)";
        return database.transaction(
                connection -> {
                    String seconds = Sql.text(connection, longest, second, second);
                    return seconds == null
                            ? Invitation.USUAL_LIFE
                            : Duration.ofSeconds(Long.parseLong(seconds));
                });
    }

    private static long count(Connection connection, String sql, long second) throws SQLException {
        String count = Sql.text(connection, sql, second);
        return count == null ? 0 : Long.parseLong(count);
    }

    /** As {@link Database.Work}, but it may fail to sign, or to write down what it signs. */
    private interface Signing<T> {
        T in(Connection connection) throws SQLException, CertificateException, IOException;
    }

    private <T> T transaction(Signing<T> work)
            throws SQLException, CertificateException, IOException {
        try {
            return database.transaction(
                    connection -> {
                        try {
                            return work.in(connection);
                        } catch (CertificateException | IOException e) {
                            throw new NotIssued(e);
                        }
                    });
        } catch (NotIssued e) {
            switch (e.reason) {
                case CertificateException refused -> throw refused;
                case IOException failed -> throw failed;
                default -> throw e;
            }
        }
    }

    /** Carries what is no fault of the database out of a transaction, which is taken back. */
    private static final class NotIssued extends SQLException {

        private static final long serialVersionUID = 1L;

        private final Exception reason;

        private NotIssued(Exception reason) {
            super(reason);
            this.reason = reason;
        }
    }

    private static State state(Connection connection) throws SQLException {
        try (PreparedStatement query =
                        connection.prepareStatement(
                                "SELECT database_id, consumed FROM enrolment_state");
                ResultSet rows = query.executeQuery()) {
            if (!rows.next()) {
                throw new SQLException("the table enrolment_state is empty");
            }
            return new State(rows.getString(1), rows.getLong(2));
        }
    }
}
