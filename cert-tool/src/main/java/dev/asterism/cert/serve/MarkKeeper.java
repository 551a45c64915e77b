package dev.asterism.cert.serve;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks every few seconds how many tokens other issuers have consumed, so that this one's mark is never far behind
 * theirs, and tells them what was revoked here. A thread of its own; what fails is tried again, and an error that
 * nobody foresaw has one line in the audit log until it is over.
 */
public final class MarkKeeper implements AutoCloseable {

    private static final Duration PACE = Duration.ofSeconds(5);

    /** A database that hangs must not hang the end of the issuer. */
    private static final Duration LAST_LOOK = Duration.ofSeconds(5);

    private final SqlStore store;
    private final SharedRevocations revocations;
    private final AuditLog audit;
    private final Clock clock;
    private final Duration pace;
    private final Thread thread;
    private volatile boolean ended;

    public MarkKeeper(SqlStore store, SharedRevocations revocations, AuditLog audit, Clock clock) {
        this(store, revocations, audit, clock, PACE);
    }

    MarkKeeper(
            SqlStore store,
            SharedRevocations revocations,
            AuditLog audit,
            Clock clock,
            Duration pace) {
        this.store = store;
        this.revocations = revocations;
        this.audit = audit;
        this.clock = clock;
        this.pace = pace;
        thread = Thread.ofPlatform().daemon().name("mark").start(this::run);
    }

    private void run() {
        String said = "";
        while (!ended) {
            LockSupport.parkNanos(pace.toNanos());
            if (ended) {
                return;
            }
            try {
                look();
                said = "";
            } catch (SQLException | IOException e) {
                // The database is away or the disk is full: requests fail and say so in the audit
                // log.
            } catch (RuntimeException e) {
                String problem =
                        "cannot share tokens and revoked keys with other issuers, will try again: "
                                + e;
                if (!problem.equals(said)) {
                    said = problem;
                    say(problem);
                }
            }
        }
    }

    private void say(String problem) {
        try {
            audit.add("failed", Map.of("problem", problem));
        } catch (IOException e) {
            // The disk is full: requests fail and say so.
        }
    }

    private void look() throws SQLException, IOException {
        int count = store.follow(false, clock.instant());
        if (count >= 0) {
            audit.add("older-copy", Map.of("problem", "open tokens made void: " + count));
        }
        revocations.share(clock.instant());
    }

    /** Ends after a look that is under way: whoever closed may then take the store and its folder away. */
    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(thread);
        try {
            thread.join(LAST_LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
