package dev.asterism.cert.inventory;

import dev.asterism.cert.file.DurableFile;
import dev.asterism.cert.issue.HostFiles;
import dev.asterism.cert.issue.InOrder;
import dev.asterism.cert.issue.IssuingAuthority;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.KeyPair;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Issues what plans ask for, some hundred hosts at a time: all of these are signed, then written into the record at
 * once, then put into their files. Killed in between, some hosts have new files and the others what they had; the
 * next run does the rest.
 */
public final class InventoryIssue {

    private static final int HOSTS_AT_A_TIME = 128;

    private final IssuingAuthority authority;
    private final Path folder;
    private final Supplier<KeyPair> keys;
    private final Instant now;

    /**
     * @param folder of certificates and keys
     * @param keys makes a key pair of the CA's curve; called by several threads, and what it made is wiped
     */
    public InventoryIssue(
            IssuingAuthority authority, Path folder, Supplier<KeyPair> keys, Instant now) {
        this.authority = authority;
        this.folder = folder;
        this.keys = keys;
        this.now = now;
    }

    private record Signed(
            HostPlan.Issue plan, List<Certificate> certificates, @Nullable KeyPair fresh) {}

    /**
     * @param by for the record
     * @param whenDone takes each host whose files are on the disk
     * @throws ExecutionException with the cause for the first host that failed
     */
    public void run(
            List<HostPlan.Issue> plans,
            InOrder threads,
            String by,
            BiConsumer<HostPlan.Issue, List<Certificate>> whenDone)
            throws IOException, ExecutionException, InterruptedException {
        for (int from = 0; from < plans.size(); from += HOSTS_AT_A_TIME) {
            List<HostPlan.Issue> some =
                    plans.subList(from, Math.min(plans.size(), from + HOSTS_AT_A_TIME));
            Queue<KeyPair> made = new ConcurrentLinkedQueue<>();
            try {
                List<Signed> signed = threads.map(some, plan -> sign(plan, made));
                run(signed, threads, by);
                signed.forEach(one -> whenDone.accept(one.plan(), one.certificates()));
            } catch (InterruptedException e) {
                made.clear(); // a thread may be writing one still
                throw e;
            } finally {
                made.forEach(KeyPair::destroy);
            }
        }
    }

    private void run(List<Signed> signed, InOrder threads, String by)
            throws IOException, ExecutionException, InterruptedException {
        List<Certificate> all = new ArrayList<>();
        signed.forEach(one -> all.addAll(one.certificates()));
        authority.write(all, by, now);
        threads.map(signed, this::createKey);
        DurableFile.syncFolder(folder);
        threads.map(signed, this::writeCertificates);
        DurableFile.syncFolder(folder);
    }

    /**
     * @param made takes the key if one is made
     */
    private Signed sign(HostPlan.Issue plan, Queue<KeyPair> made) throws CertificateException {
        Bytes given = plan.publicKey();
        if (given != null) {
            return new Signed(plan, authority.sign(plan.grant(), given, now), null);
        }
        KeyPair fresh = keys.get();
        made.add(fresh);
        return new Signed(plan, authority.sign(plan.grant(), fresh.publicKey(), now), fresh);
    }

    /** Before any certificate: one without its key would be taken for that of a host that keeps its key itself. */
    private Path createKey(Signed signed) throws IOException, CertificateException {
        HostFiles files = filesOf(signed);
        if (signed.fresh() != null && !signed.plan().hasKey()) {
            files.createKey(signed.fresh());
        }
        return files.key();
    }

    private Path writeCertificates(Signed signed) throws IOException, CertificateException {
        HostFiles files = filesOf(signed);
        KeyPair fresh = signed.fresh();
        if (fresh != null && signed.plan().hasKey()) {
            files.replaceBoth(signed.certificates(), fresh);
        } else {
            files.writeCertificates(signed.certificates());
        }
        return files.certificate();
    }

    private HostFiles filesOf(Signed signed) throws CertificateException {
        return HostFiles.in(folder, signed.plan().host().name());
    }
}
