package dev.asterism.agent.l7;

import dev.asterism.agent.service.ServiceFailure;
import dev.asterism.overlay.net.Cidr;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Leads connections of local applications to ports of the mesh to the L7 filter's loopback listener, by a table of
 * nftables that belongs to a child process {@code nft -i} (flag owner, Linux 5.12). The child lives by its standard
 * input, and the table by the child's netlink socket: when this process ends, by SIGKILL too, the kernel removes the
 * table and traffic flows straight again. One thread; the filter's own connections are told apart by their mark.
 */
public final class OutboundRedirect implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9_.:-]{1,15}");
    private static final Pattern NOT_IN_A_NAME = Pattern.compile("[^A-Za-z0-9_]");

    private final Plan plan;
    private final Process nft;
    private final Writer commands;
    private final BufferedReader answers;

    /**
     * What is redirected to where.
     *
     * @param device the tunnel's
     * @param networks of the overlay; connections to others are not looked at
     * @param filterPort where the filter listens, on 127.0.0.1 and, for networks of IPv6, on ::1
     * @param mark of the filter's own sockets, not 0
     */
    public record Plan(String device, List<Cidr> networks, int filterPort, int mark) {

        public Plan {
            networks = List.copyOf(networks);
            if (!DEVICE.matcher(device).matches() || networks.isEmpty() || mark == 0) {
                throw new IllegalArgumentException(device + ", " + networks + ", mark " + mark);
            }
        }

        /** Two agents may live on one host: each has a table of its own. */
        public String table() {
            return "mesh_l7_" + NOT_IN_A_NAME.matcher(device).replaceAll("_");
        }

        private List<String> commands(Collection<Integer> ports) {
            String table = "inet " + table();
            List<String> all = new ArrayList<>();
            all.add("add table " + table + " { flags owner; }");
            all.add("add set " + table + " ports { type inet_service; }");
            all.add(
                    "add chain "
                            + table
                            + " out { type nat hook output priority -100; policy accept; }");
            rule(all, table, "ip", networks.stream().filter(Cidr::isIpv4).toList());
            rule(all, table, "ip6", networks.stream().filter(n -> !n.isIpv4()).toList());
            if (!ports.isEmpty()) {
                all.add("add element " + table + " ports { " + list(ports) + " }");
            }
            return all;
        }

        private void rule(List<String> all, String table, String family, List<Cidr> to) {
            if (!to.isEmpty()) {
                all.add(
                        "add rule %s out oifname \"%s\" meta mark != %d %s daddr { %s } tcp dport @ports counter redirect to :%d"
                                .formatted(
                                        table,
                                        device,
                                        mark,
                                        family,
                                        to.stream()
                                                .map(Cidr::masked)
                                                .map(Cidr::toString)
                                                .distinct()
                                                .collect(Collectors.joining(", ")),
                                        filterPort));
            }
        }
    }

    private OutboundRedirect(Plan plan, Process nft) {
        this.plan = plan;
        this.nft = nft;
        commands = nft.outputWriter(StandardCharsets.UTF_8);
        answers = nft.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Puts the table in force.
     *
     * @throws ServiceFailure when it cannot be: no nft(8), no right to, or a kernel without owned tables; nothing is
     *     redirected then
     */
    public static OutboundRedirect open(Plan plan, Collection<Integer> ports) {
        Process nft;
        try {
            nft = new ProcessBuilder("nft", "-i").redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new ServiceFailure("no outbound redirect: " + e.getMessage(), e);
        }
        OutboundRedirect redirect = new OutboundRedirect(plan, nft);
        try {
            // One transaction: an error leaves nothing behind.
            redirect.tell(String.join("; ", plan.commands(ports)));
            return redirect;
        } catch (ServiceFailure e) {
            redirect.close();
            throw e;
        }
    }

    /**
     * Other ports, in one step; connections that live keep their way.
     *
     * @throws ServiceFailure when the table is gone or could not be changed
     */
    public void ports(Collection<Integer> ports) {
        String set = " inet " + plan.table() + " ports";
        String fill = ports.isEmpty() ? "" : "; add element" + set + " { " + list(ports) + " }";
        tell("flush set" + set + fill);
    }

    private static String list(Collection<Integer> ports) {
        return new TreeSet<>(ports).stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** Whether the table is in force: it is as long as the child lives. */
    public boolean isInForce() {
        return nft.isAlive();
    }

    /** One line, which nft takes as one transaction; the answer to a question behind it tells that it was taken. */
    private void tell(String line) {
        try {
            commands.write(line + "\nlist table inet " + plan.table() + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new ServiceFailure("no outbound redirect: nft has ended", e);
        }
        String trouble = await();
        if (trouble != null) {
            throw new ServiceFailure("no outbound redirect: nft says " + trouble);
        }
    }

    /** What nft has against it, or null. */
    private @Nullable String await() {
        CompletableFuture<@Nullable String> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("nft").start(() -> read(answer));
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return "nothing within " + PATIENCE.toSeconds() + " s";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "nothing before the interrupt";
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause());
        }
    }

    private void read(CompletableFuture<@Nullable String> answer) {
        try {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                int error = line.indexOf("Error:");
                if (error >= 0) {
                    answer.complete(line.substring(error + 6).strip());
                    return;
                }
                if (line.equals("}")) {
                    answer.complete(null);
                    return;
                }
            }
            answer.complete("that it ends");
        } catch (IOException e) {
            answer.completeExceptionally(e);
        }
    }

    /** Takes the table out of force; connections that live keep their way. */
    @Override
    public void close() {
        nft.destroy();
        try {
            if (!nft.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                nft.destroyForcibly();
            }
        } catch (InterruptedException e) {
            nft.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
