package dev.asterism.cert.serve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A database of SQLite or PostgreSQL, by its JDBC address. A commit is on the disk when it returns. Each transaction
 * has a connection of its own, so that a server which was restarted is found again. Any thread.
 */
public final class Database {

    private static final String SQLITE = "jdbc:sqlite:";
    private static final String POSTGRESQL = "jdbc:postgresql:";

    /** In their order; the number of one is its place here, from 1. What has been released never changes. */
    private static final List<String> MIGRATIONS =
            List.of("V1__invitations.sql", "V2__issued_key.sql", "V3__revoked_key.sql");

    /** Chosen by nobody else: "asterism" as a number. */
    private static final long LOCK = 0x617374657269736DL;

    private final String url;
    private final Properties settings = new Properties();

    /** SQLite has one writer; its own waiting is not fair. */
    private final ReentrantLock oneWriter = new ReentrantLock(true);

    private Database(String url) {
        this.url = url;
    }

    /** What is done in one transaction. */
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /** A database in a file, which is made if there is none; its folder is there. */
    public static Database file(Path path) throws ServeException {
        try {
            Files.createFile(
                    path,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // The usual case.
        } catch (IOException e) {
            throw new ServeException("cannot make " + path + ": " + e.getMessage(), e);
        }
        Database database = new Database(SQLITE + path.toAbsolutePath());
        database.settings.put("journal_mode", "DELETE");
        database.settings.put("synchronous", "FULL");
        database.settings.put("busy_timeout", "30000");
        database.settings.put("transaction_mode", "IMMEDIATE");
        return database;
    }

    /**
     * A database by its JDBC address.
     *
     * @param url {@code jdbc:postgresql:…}; may have a password in it, which no message repeats
     */
    public static Database postgresql(String url) throws ServeException {
        if (!url.startsWith(POSTGRESQL)) {
            throw new ServeException("the database's address does not start with " + POSTGRESQL);
        }
        Database database = new Database(url);
        database.settings.put("ApplicationName", "asterism-cert");
        database.settings.put("connectTimeout", "5");
        database.settings.put("socketTimeout", "30");
        return database;
    }

    private boolean isFile() {
        return url.startsWith(SQLITE);
    }

    /** Commits when the work returns, else takes back all of it. */
    <T> T transaction(Work<T> work) throws SQLException {
        if (!isFile()) {
            return connected(work);
        }
        oneWriter.lock();
        try {
            return connected(work);
        } finally {
            oneWriter.unlock();
        }
    }

    private <T> T connected(Work<T> work) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, settings)) {
            connection.setAutoCommit(false);
            boolean committed = false;
            try {
                T result = work.in(connection);
                connection.commit();
                committed = true;
                return result;
            } finally {
                if (!committed) {
                    connection.rollback();
                }
            }
        }
    }

    /** Brings the tables to what this program knows; two that start at the same time do it once. */
    void migrate() throws ServeException {
        try {
            transaction(
                    connection -> {
                        migrate(connection);
                        return true;
                    });
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    private void migrate(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!isFile()) {
                statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            }
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)");
            int version = version(statement);
            if (version > MIGRATIONS.size()) {
                throw new SQLException(
                        "its tables have version "
                                + version
                                + ", this program knows up to "
                                + MIGRATIONS.size()
                                + ": use the newer program");
            }
            for (int next = version + 1; next <= MIGRATIONS.size(); next++) {
                for (String command : commands(MIGRATIONS.get(next - 1))) {
                    statement.execute(command);
                }
                try (PreparedStatement done =
                        connection.prepareStatement("INSERT INTO schema_version VALUES (?)")) {
                    done.setInt(1, next);
                    done.executeUpdate();
                }
            }
        }
    }

    private static int version(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT MAX(version) FROM schema_version")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private static List<String> commands(String file) throws SQLException {
        try (InputStream in = Database.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new SQLException("this program lacks its file " + file);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            String plain = text.replaceAll("(?m)^--.*\n", "");
            return List.of(plain.split(";")).stream()
                    .map(String::strip)
                    .filter(command -> !command.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new SQLException("cannot read " + file, e);
        }
    }

    /** Says that the database cannot be used, and why in the driver's words. */
    static ServeException unusable(SQLException e) {
        return new ServeException("the database cannot be used: " + reason(e), e);
    }

    /** For a person; drivers repeat no password. */
    static String reason(SQLException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith("No suitable driver")
                ? "its driver is missing; start this by bin/asterism-cert"
                : message.lines().findFirst().orElse("");
    }
}
