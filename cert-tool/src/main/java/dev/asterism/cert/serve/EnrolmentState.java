package dev.asterism.cert.serve;

import dev.asterism.cert.file.ProcessLock;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Where {@code serve} and {@code invite} keep what they know: a folder for the server's certificate, the audit log and,
 * unless another database is named, the database; beside the folder the mark, which must not be in a backup of it.
 */
public final class EnrolmentState {

    private static final String DATABASE = "enrolment.db";
    private static final String AUDIT = "audit.log";
    private static final String LOCK = "serve.lock";

    private final Path folder;
    private final SqlStore store;

    EnrolmentState(Path folder, SqlStore store) {
        this.folder = folder;
        this.store = store;
    }

    /**
     * Opens it; what is not there is made.
     *
     * @param databaseUrl of PostgreSQL; empty for a file in the folder
     */
    public static EnrolmentState open(Path folder, String databaseUrl, RandomSource random)
            throws ServeException {
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new ServeException("cannot make the folder " + folder + ": " + e.getMessage(), e);
        }
        Database database =
                databaseUrl.isEmpty()
                        ? Database.file(folder.resolve(DATABASE))
                        : Database.postgresql(databaseUrl);
        return new EnrolmentState(
                folder, SqlStore.open(database, new ConsumptionMark(mark(folder)), random));
    }

    private static Path mark(Path folder) {
        Path whole = folder.toAbsolutePath().normalize();
        return whole.resolveSibling(whole.getFileName() + ".mark");
    }

    /** Of the audit log. */
    public Path audit() {
        return folder.resolve(AUDIT);
    }

    public SqlStore store() {
        return store;
    }

    /**
     * The server's key and certificate; made if there is none and nobody relies on one that there was.
     *
     * @param anew make one also if somebody does
     * @throws ServeException when it is missing though hosts know it: they would not talk to a new one
     */
    public ServerIdentity identity(String name, boolean anew, Instant now) throws ServeException {
        try {
            if (!anew && !ServerIdentity.isIn(folder)) {
                long dependants = store.dependants(now);
                if (dependants > 0 && !ServerIdentity.isIn(folder)) {
                    throw new ServeException(
                            ("%s is missing, and %d open tokens and enrolled hosts know the server by it: put it back"
                                            + " from the backup or from another server. If it is lost, start serve"
                                            + " with -new-server-pem: a new one is made, no open token works any more"
                                            + " and no host renews; invite all of them again")
                                    .formatted(folder.resolve(ServerIdentity.FILE), dependants));
                }
            }
            return ServerIdentity.of(folder, name, now);
        } catch (SQLException e) {
            throw Database.unusable(e);
        }
    }

    /** Stores an invitation; fails when the database is an older copy, as its token would be made void. */
    public void invite(Invitation invitation) throws ServeException {
        try {
            if (store.isOlderCopy()) {
                throw new ServeException(
                        "the database is an older copy than %s says: start serve once, which makes the open tokens of"
                                        .formatted(mark(folder))
                                + " the copy void, then invite");
            }
            store.add(invitation);
        } catch (SQLException e) {
            throw Database.unusable(e);
        }
    }

    /** What the database is asked. */
    @FunctionalInterface
    private interface Question<T> {
        T ask() throws SQLException;
    }

    private static <T> T answer(Question<T> question) throws ServeException {
        try {
            return question.ask();
        } catch (SQLException e) {
            throw Database.unusable(e);
        }
    }

    /** Invitations that can still be used, the one that ends first is first. */
    public List<Invitation> openInvitations(Instant now) throws ServeException {
        return answer(() -> store.openInvitations(now));
    }

    /**
     * From now on nobody can use the token.
     *
     * @param id of its invitation
     * @return false when there is no such invitation, or its token was used or is void
     */
    public boolean withdraw(Bytes id) throws ServeException {
        return answer(() -> store.withdraw(id));
    }

    /** Where hosts find the servers, as the last {@link #serveAt} said; empty if none did. */
    public String url() throws ServeException {
        return answer(() -> store.url());
    }

    /** The longest life that a certificate is to have, of those that open tokens and enrolled hosts ask for. */
    public Duration longestLife(Instant now) throws ServeException {
        return answer(() -> store.longestLife(now));
    }

    /**
     * For a server that starts: remembers where hosts find it and looks whether the database is an older copy.
     *
     * @param url empty to leave it
     * @param restored void open tokens in any case
     * @return how many open tokens were made void, -1 when there was no reason to
     */
    public int serveAt(String url, boolean restored, Instant now) throws ServeException {
        try {
            if (!url.isEmpty()) {
                store.url(url);
            }
            return store.follow(restored, now);
        } catch (SQLException e) {
            throw Database.unusable(e);
        } catch (IOException e) {
            throw new ServeException("cannot write " + mark(folder) + ": " + e.getMessage(), e);
        }
    }

    /**
     * Held by the one server that works in this folder; the end of the process lets go of it.
     *
     * @param whenWaiting runs if another one holds it
     */
    public ProcessLock lock(Runnable whenWaiting) throws ServeException {
        Path file = folder.resolve(LOCK);
        try {
            return ProcessLock.take(file, whenWaiting);
        } catch (IOException e) {
            throw new ServeException("cannot lock " + file + ": " + e.getMessage(), e);
        }
    }
}
