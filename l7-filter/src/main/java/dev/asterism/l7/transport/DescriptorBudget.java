package dev.asterism.l7.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How many sockets all loops together may have open, so that the process never meets its limit of open files: clients'
 * and upstreams' sockets are counted, and what the rest of the agent needs is left to it. Clients may not take what
 * services may need for their upstreams ({@code max.connections}), nor less than a half. Safe on any thread, without a
 * lock.
 */
public final class DescriptorBudget {

    /** Of all loops: nothing is limited. */
    static final DescriptorBudget UNLIMITED = new DescriptorBudget(Integer.MAX_VALUE);

    /** Where the limit cannot be read: the usual soft limit of Linux. */
    private static final int USUAL_LIMIT = 1024;

    /**
     * For what the rest of the agent opens later: connections of its control socket and its
     * exporter, logs, state files. Of a small limit an eighth.
     */
    private static final int OTHERS = 256;

    /** However low the limit is. */
    private static final int LEAST = 16;

    private static final Path OPEN = Path.of("/proc/self/fd");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern OPEN_FILES =
            Pattern.compile("Max open files +(\\d+|unlimited) .*");

    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger clients = new AtomicInteger();
    private volatile int mostClients;

    private DescriptorBudget(int most) {
        this.most = most;
        mostClients = most;
    }

    /**
     * For a process that may have so many files open.
     *
     * @param already how many it has before the first socket of the filter
     */
    public static DescriptorBudget ofLimit(int files, int already) {
        return new DescriptorBudget(Math.max(LEAST, files - already - Math.min(OTHERS, files / 8)));
    }

    /** For this process as it is now. */
    public static DescriptorBudget ofProcess() {
        try (Stream<Path> open = Files.list(OPEN)) {
            return ofLimit(limit(Files.readAllLines(LIMITS)), (int) open.count());
        } catch (IOException _) {
            return ofLimit(USUAL_LIMIT, USUAL_LIMIT / 4);
        }
    }

    /** The limit in force, of what Linux says in {@code /proc/self/limits}. */
    static int limit(List<String> lines) {
        for (String line : lines) {
            Matcher found = OPEN_FILES.matcher(line);
            if (found.matches()) {
                String soft = found.group(1);
                return soft.equals("unlimited") || soft.length() > 9
                        ? Integer.MAX_VALUE
                        : Integer.parseInt(soft);
            }
        }
        return USUAL_LIMIT;
    }

    /**
     * Keeps so many for upstreams; false: with the most clients there are fewer left, so that requests may be answered
     * with {@code no_descriptor}.
     */
    public boolean reserve(long upstreams) {
        long left = most - Math.max(0, upstreams);
        mostClients = (int) Math.max(left, most / 2);
        return left >= most / 2;
    }

    /** Sockets of clients and upstreams together. */
    public int most() {
        return most;
    }

    /** Of these, sockets of clients. */
    public int mostClients() {
        return mostClients;
    }

    /** A client's socket has been accepted; true must be answered by one {@link #clientClosed}. */
    boolean tryClient() {
        if (clients.incrementAndGet() > mostClients) {
            clients.decrementAndGet();
            return false;
        }
        if (!tryUpstream()) {
            clients.decrementAndGet();
            return false;
        }
        return true;
    }

    void clientClosed() {
        clients.decrementAndGet();
        upstreamClosed();
    }

    /** A socket to an upstream is to be opened; true must be answered by one {@link #upstreamClosed}. */
    boolean tryUpstream() {
        if (open.incrementAndGet() <= most) {
            return true;
        }
        open.decrementAndGet();
        return false;
    }

    void upstreamClosed() {
        open.decrementAndGet();
    }

    /** Clients' sockets that are open. */
    int clients() {
        return clients.get();
    }

    /** All sockets that are open. */
    int open() {
        return open.get();
    }
}
