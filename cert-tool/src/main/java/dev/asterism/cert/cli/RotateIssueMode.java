package dev.asterism.cert.cli;

import dev.asterism.cert.inventory.HostPlan;
import dev.asterism.cert.inventory.InventoryHost;
import dev.asterism.cert.inventory.InventoryIssue;
import dev.asterism.cert.issue.HostFiles;
import dev.asterism.cert.issue.HostGrant;
import dev.asterism.cert.issue.InOrder;
import dev.asterism.cert.record.RecordHistory;
import dev.asterism.cert.rotate.HostProgress;
import dev.asterism.cert.rotate.Rotation;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * {@code rotate issue}: a certificate of the new CA for every host, with the same content and, on
 * the same curve, key.
 */
final class RotateIssueMode extends RotateStep {

    private final Flag.Text done = doneFlag();
    private final Flag.Text newCaKey =
            flags.text("new-ca-key", "", "Required to issue: private key of the new CA");
    private final Flag.Text out =
            flags.text("out", "rotated", "Optional: folder of the new certificates");
    private final Flag.Text passphraseFd = AuthorityFlags.passphraseFd(flags);

    RotateIssueMode(CliEnvironment world) {
        super(world, "rotate issue", "issues a certificate of the new CA for every host");
    }

    @Override
    Rotation step(Rotation now, RecordHistory history)
            throws ToolException, IOException, CertificateException {
        List<String> cutOff = now.behind(HostProgress.TRUSTS);
        if (!cutOff.isEmpty()) {
            throw new ToolException(
                    "these hosts do not trust the new CA yet, and would be cut off from every host that uses it: "
                            + names(cutOff)
                            + "; see \"rotate trust\"");
        }
        Rotation issued = now.behind(HostProgress.ISSUED).isEmpty() ? now : issue(now, history);
        Rotation after = confirm(issued, done.value(), HostProgress.ISSUED, HostProgress.USES);
        List<String> waiting = after.behind(HostProgress.USES);
        if (waiting.isEmpty()) {
            say("every host uses the new CA; next: asterism-cert rotate retire");
        } else {
            say(
                    "copy NAME.crt from "
                            + out.value()
                            + " to the file of pki.cert (NAME.key to pki.key, where there is one) and"
                            + " reload, on "
                            + waiting.size()
                            + (waiting.size() == 1 ? " host: " : " hosts: ")
                            + names(waiting));
            say("then: asterism-cert rotate issue -done NAME,NAME or -done all");
        }
        return after;
    }

    private Rotation issue(Rotation now, RecordHistory history)
            throws ToolException, IOException, CertificateException {
        ToolException.require("new-ca-key", newCaKey.value());
        AuthorityFlags authority =
                AuthorityFlags.of(world, newCaKey.value(), now.newCrt(), passphraseFd.value());
        Path folder = files.resolved(out.value());
        HostFiles.createFolder(folder);
        List<String> names = now.behind(HostProgress.ISSUED);
        try (OpenAuthority open = OpenAuthority.open(authority, world);
                InOrder threads = new InOrder()) {
            List<HostPlan.Issue> plans = plans(names, history, newCa(now), folder);
            new InventoryIssue(open.authority(), folder, open::newHostKey, world.clock().instant())
                    .run(
                            plans,
                            threads,
                            "rotate",
                            (plan, certificates) ->
                                    say(
                                            plan.host().name()
                                                    + ": issued; ends "
                                                    + certificates.getFirst().notAfter()));
        } catch (ExecutionException e) {
            throw new ToolException(
                    "not all hosts have their files: "
                            + e.getCause()
                            + "; once that is mended, run it again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolException("interrupted");
        }
        return now.mark(names, HostProgress.ISSUED);
    }

    /** Of those whose file is not there from an interrupted run; or what the new CA may not sign, of any host. */
    private List<HostPlan.Issue> plans(
            List<String> names, RecordHistory history, Certificate ca, Path folder)
            throws ToolException, IOException, CertificateException {
        Instant now = world.clock().instant();
        Certificate old = oldCa();
        Map<String, List<Certificate>> newest = history.newestByName();
        List<HostPlan.Issue> plans = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (String name : names) {
            List<Certificate> present = newest.getOrDefault(name, List.of());
            Certificate first = present.getFirst();
            HostGrant grant = HostGrant.of(present, life(first, old, history));
            for (int version : grant.versions().numbers()) {
                String rule = Signer.violation(ca, version, grant.subject(version, ca, now));
                if (rule != null) {
                    refused.add(name + ": " + rule);
                }
            }
            HostFiles pair = HostFiles.in(folder, name);
            pair.finishInterrupted();
            if (!isDone(pair.readCertificates(), grant, ca)) {
                Bytes key = publicKey(pair, first, ca);
                plans.add(
                        new HostPlan.Issue(
                                host(grant), grant, "rotation", key, Files.exists(pair.key())));
            }
        }
        if (!refused.isEmpty()) {
            throw new ToolException(
                    "the new CA may not sign for all hosts, and nothing was issued:\n"
                            + String.join("\n", refused));
        }
        return plans;
    }

    /**
     * As long as it was; if the end of the old CA made it shorter, the longest life that a certificate for the same
     * host and key had before.
     */
    private static Duration life(Certificate present, Certificate ca, RecordHistory history) {
        return present.endsWith(ca) ? history.longestLife(present) : present.life();
    }

    private static boolean isDone(List<Certificate> present, HostGrant grant, Certificate ca) {
        for (Certificate certificate : present) {
            boolean isOfCa = ca.fingerprint().equals(certificate.issuer());
            boolean isSame =
                    certificate.name().equals(grant.name())
                            && new HashSet<>(certificate.groups())
                                    .equals(new HashSet<>(grant.groups()));
            if (!isOfCa || !isSame) {
                return false;
            }
        }
        return present.size() == grant.versions().numbers().size();
    }

    /** Null: a key must be made, as the curve changes. */
    private static @Nullable Bytes publicKey(HostFiles pair, Certificate old, Certificate ca)
            throws IOException, CertificateException {
        if (old.curve() == ca.curve()) {
            return old.publicKey();
        }
        KeyPair made = pair.readKey();
        if (made == null) {
            return null;
        }
        made.destroy();
        return made.dh().equals(CurveName.hostKeys(ca.curve())) ? made.publicKey() : null;
    }

    private static InventoryHost host(HostGrant grant) {
        return new InventoryHost(
                grant.name(),
                grant.networks(),
                grant.unsafeNetworks(),
                grant.groups(),
                grant.life(),
                grant.versions(),
                null,
                "",
                1,
                1);
    }
}
