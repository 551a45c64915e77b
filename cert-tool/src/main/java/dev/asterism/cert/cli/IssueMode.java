package dev.asterism.cert.cli;

import dev.asterism.cert.file.DurableFile;
import dev.asterism.cert.inventory.HostPlan;
import dev.asterism.cert.inventory.HostPlanner;
import dev.asterism.cert.inventory.InventoryHost;
import dev.asterism.cert.inventory.InventoryIssue;
import dev.asterism.cert.inventory.InventoryReader;
import dev.asterism.cert.issue.HostFiles;
import dev.asterism.cert.issue.InOrder;
import dev.asterism.cert.record.IssueRecord;
import dev.asterism.cert.rotate.EarlierCas;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code issue}: makes the files of all hosts what the inventory says, and leaves alone what is so already. */
final class IssueMode extends Mode {

    private static final String BY = "issue";

    private final AuthorityFlags authority = new AuthorityFlags(flags, world);
    private final Flag.Text inventory =
            flags.text("f", "", "Required: inventory of the hosts, a YAML file");
    private final Flag.Text out =
            flags.text("out", "hosts", "Optional: folder of certificates and keys");
    private final Flag.Switch dryRun =
            flags.flag("dry-run", "Optional: only say what would be done; needs no key");
    private final Flag.Switch reissue =
            flags.flag("reissue", "Optional: issue for all hosts, also where nothing changed");
    private final Flag.Switch newKeys =
            flags.flag("new-keys", "Optional: a new key for each host that gets a certificate");

    IssueMode(CliEnvironment world) {
        super(world, BY, "issues certificates for the hosts of an inventory");
    }

    @Override
    void run() throws ToolException {
        ToolException.require("f", inventory.value());
        ToolException.require("out", out.value());
        authority.require();
        FilePort.claimStdin(authority.keyPath(), new FilePort.PathFlag("f", inventory.value()));
        List<InventoryHost> hosts = readInventory();
        try (InOrder threads = new InOrder()) {
            if (dryRun.isSet()) {
                planOnly(hosts, threads);
            } else {
                issue(hosts, threads);
            }
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (IOException | CertificateException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolException("interrupted");
        }
    }

    private static ToolException failure(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException unexpected) {
            throw unexpected;
        }
        String why =
                cause instanceof IOException failed
                        ? FilePort.reason(failed)
                        : String.valueOf(cause == null ? "" : cause.getMessage());
        return new ToolException(
                "not all hosts have their files: " + why + "; once that is mended, run it again");
    }

    private List<InventoryHost> readInventory() throws ToolException {
        String text = files.read("error while reading f: ", inventory.value());
        InventoryReader.Outcome outcome = InventoryReader.read(inventory.value(), text);
        if (!outcome.problems().isEmpty()) {
            throw new ToolException(lines(outcome.problems()));
        }
        return outcome.hosts();
    }

    private static String lines(List<?> problems) {
        return problems.stream().map(Object::toString).collect(Collectors.joining("\n"));
    }

    private void planOnly(List<InventoryHost> hosts, InOrder threads)
            throws ToolException,
                    IOException,
                    CertificateException,
                    ExecutionException,
                    InterruptedException {
        Path record = authority.files().record();
        Set<String> revoked =
                Files.exists(record) ? IssueRecord.read(record).revokedKeys() : Set.of();
        Certificate ca = authority.readCertificate();
        List<HostPlan> plans = plans(hosts, ca, withEarlier(revoked, ca), threads);
        int toIssue = 0;
        for (HostPlan plan : plans) {
            if (plan instanceof HostPlan.Issue issue) {
                toIssue++;
                say(issue.host().name() + ": would be issued: " + issue.why());
            }
        }
        summary(toIssue, "to issue", plans);
    }

    private void issue(List<InventoryHost> hosts, InOrder threads)
            throws ToolException,
                    IOException,
                    CertificateException,
                    ExecutionException,
                    InterruptedException {
        try (OpenAuthority open = OpenAuthority.open(authority, world)) {
            Path folder = files.resolved(out.value());
            HostFiles.createFolder(folder);
            DurableFile.removeLeftovers(folder);
            threads.map(hosts, host -> finishInterrupted(folder, host));
            Set<String> revoked = open.record().read().revokedKeys();
            List<HostPlan> plans =
                    plans(hosts, open.ca(), withEarlier(revoked, open.ca()), threads);
            List<HostPlan.Issue> issues = new ArrayList<>();
            plans.forEach(
                    plan -> {
                        if (plan instanceof HostPlan.Issue issue) {
                            issues.add(issue);
                        }
                    });
            Instant now = world.clock().instant();
            new InventoryIssue(open.authority(), folder, open::newHostKey, now)
                    .run(issues, threads, BY, this::report);
            summary(issues.size(), "issued", plans);
        }
    }

    /** With those of CAs that a rotation replaces by this one. */
    private Set<String> withEarlier(Set<String> revoked, Certificate ca)
            throws ToolException, IOException {
        Set<String> all = new HashSet<>(revoked);
        Path folder = DurableFile.folderOf(authority.files().certificate());
        for (Path record : EarlierCas.before(ca.fingerprint(), folder).records()) {
            if (Files.exists(record)) {
                all.addAll(IssueRecord.read(record).revokedKeys());
            }
        }
        return all;
    }

    private static Path finishInterrupted(Path folder, InventoryHost host)
            throws IOException, CertificateException {
        HostFiles pair = HostFiles.in(folder, host.name());
        pair.finishInterrupted();
        return pair.key();
    }

    private void report(HostPlan.Issue plan, List<Certificate> certificates) {
        say(
                "%s: issued: %s; ends %s"
                        .formatted(
                                plan.host().name(),
                                plan.why(),
                                certificates.getFirst().notAfter()));
    }

    /** All of them, or the problems of all hosts that have one. */
    private List<HostPlan> plans(
            List<InventoryHost> hosts, Certificate ca, Set<String> revoked, InOrder threads)
            throws ToolException, CertificateException, ExecutionException, InterruptedException {
        Path folder = files.resolved(out.value());
        Path beside =
                FilePort.isStream(inventory.value())
                        ? world.directory()
                        : DurableFile.folderOf(files.resolved(inventory.value()));
        HostPlanner planner =
                new HostPlanner(
                        new HostPlanner.Source(inventory.value(), beside, folder),
                        ca,
                        new HostPlanner.Rules(
                                key -> revoked.contains(key.hex()),
                                reissue.isSet(),
                                newKeys.isSet()),
                        world.clock().instant());
        List<HostPlan> plans = threads.map(hosts, planner::plan);
        List<Object> problems = new ArrayList<>();
        for (HostPlan plan : plans) {
            if (plan instanceof HostPlan.Refuse refused) {
                problems.add(refused.problem());
            }
        }
        if (!problems.isEmpty()) {
            throw new ToolException(lines(problems));
        }
        return plans;
    }

    private void summary(int issued, String what, List<HostPlan> plans) {
        say(issued + " " + what + ", " + (plans.size() - issued) + " unchanged");
        long bound =
                plans.stream()
                        .filter(plan -> plan instanceof HostPlan.Keep keep && keep.endsWithCa())
                        .count();
        if (bound > 0) {
            world.err()
                    .print(
                            "Warning: "
                                    + bound
                                    + " of them should be renewed and cannot be, as the CA ends then;"
                                    + " \"asterism-cert rotate\" changes to another CA\n");
        }
    }

    private void say(String line) {
        world.out().print(Printable.escaped(line) + "\n");
    }
}
