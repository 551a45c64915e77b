package dev.asterism.agent.config;

import dev.asterism.agent.control.ControlGroup;
import dev.asterism.agent.net.RouteConflicts;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.ExpiryStage;
import dev.asterism.overlay.cert.HostIdentity;
import dev.asterism.overlay.cert.Verification;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.NetworkChecks;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.SourceMap;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.firewall.LocalNetworks;
import dev.asterism.overlay.firewall.RuleCompiler;
import dev.asterism.overlay.identity.ExpiryWatch;
import dev.asterism.overlay.identity.LocalIdentity;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.path.RemoteAllowList;
import dev.asterism.overlay.route.RouteTable;
import dev.asterism.tun.aead.CipherProviders;
import dev.asterism.tun.libc.LinuxLibc;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads everything a node is made of: configuration, certificates, keys, rules; and tests its ciphers. All problems are collected, and
 * nothing outside is touched, so that a broken reload changes nothing.
 */
public final class NodeLoader {

    private final Path path;
    private final Strictness unknownKeys;
    private final Instant now;
    private final long heapBytes;
    private final @Nullable Certificate inForce;
    private final List<Diagnostic> problems = new ArrayList<>();
    private final List<Diagnostic> notices = new ArrayList<>();

    private NodeLoader(
            Path path,
            Strictness unknownKeys,
            Instant now,
            long heapBytes,
            @Nullable Certificate inForce) {
        this.inForce = inForce;
        this.heapBytes = heapBytes;
        this.path = path;
        this.unknownKeys = unknownKeys;
        this.now = now;
    }

    /**
     * @param path of a file or a folder
     * @param now certificates must be valid then
     */
    public static LoadedNode load(Path path, Strictness unknownKeys, Instant now) {
        return load(path, unknownKeys, now, Runtime.getRuntime().maxMemory());
    }

    static LoadedNode load(Path path, Strictness unknownKeys, Instant now, long heapBytes) {
        return new NodeLoader(path, unknownKeys, now, heapBytes, null).load();
    }

    /**
     * For a node that runs. When the files still name the certificate that it runs with, and that has run out
     * meanwhile, this is only told: refusing would take nothing out of use, but hold up everything else that the
     * operator wants to change.
     */
    public static LoadedNode reload(
            Path path, Strictness unknownKeys, Instant now, Certificate inForce) {
        long heapBytes = Runtime.getRuntime().maxMemory();
        return new NodeLoader(path, unknownKeys, now, heapBytes, inForce).load();
    }

    private LoadedNode load() {
        ConfigOutcome outcome = ConfigFiles.load(path, unknownKeys);
        notices.addAll(outcome.notices());
        return switch (outcome) {
            case ConfigOutcome.Refused refused ->
                    new LoadedNode.Refused(refused.problems(), notices);
            case ConfigOutcome.Loaded(OverlayConfig config, var _, SourceMap origins) ->
                    load(config, origins);
        };
    }

    private LoadedNode load(OverlayConfig config, SourceMap origins) {
        checkHeap(config, origins);
        checkGroup(config, origins);
        switch (PkiFiles.load(config.pki(), origins)) {
            case PkiOutcome.Refused(List<Diagnostic> unreadable) -> problems.addAll(unreadable);
            case PkiOutcome.Loaded(PkiMaterial material, List<Diagnostic> doubts) -> {
                notices.addAll(doubts);
                LocalIdentity identity = identity(material, origins);
                CaPool cas = cas(material, config, origins);
                if (identity != null) {
                    checkNetworks(config, identity, origins);
                }
                if (identity != null && cas != null && problems.isEmpty()) {
                    checkTrust(identity.certificate(), cas, origins);
                }
                CipherProviders.Chosen ciphers = ciphers(config, origins);
                if (identity != null && cas != null && ciphers != null && problems.isEmpty()) {
                    return new LoadedNode.Loaded(snapshot(config, identity, cas), ciphers, notices);
                }
            }
        }
        return new LoadedNode.Refused(problems, notices);
    }

    private void checkHeap(OverlayConfig config, SourceMap origins) {
        String problem = HeapLimit.problem(config.asterism().maxTrackedFlows(), heapBytes);
        if (problem != null) {
            problems.add(
                    new Diagnostic(
                            origins.of(HeapLimit.KEY).orElse(origins.start()),
                            HeapLimit.KEY,
                            problem,
                            HeapLimit.hint(heapBytes)));
        }
    }

    private void checkGroup(OverlayConfig config, SourceMap origins) {
        String problem = ControlGroup.problem(config.asterism().control().group());
        if (problem != null) {
            problem(origins, "asterism.control.group", problem);
        }
    }

    private static NodeSnapshot snapshot(OverlayConfig config, LocalIdentity identity, CaPool cas) {
        OverlayConfig.Lighthouse lighthouse = config.lighthouse();
        return NodeSnapshot.of(
                config,
                identity,
                cas,
                new RemoteAllowList(lighthouse.remoteAllowList(), lighthouse.remoteAllowRanges()),
                RouteTable.of(config.tun().unsafeRoutes()),
                RuleCompiler.compile(config.firewall(), LocalNetworks.of(identity.certificate())));
    }

    private @Nullable LocalIdentity identity(PkiMaterial material, SourceMap origins) {
        try {
            HostIdentity host =
                    HostIdentity.read(material.cert(), material.key(), judgedAt(material));
            host.skipped().forEach(skipped -> notice(origins, "pki.cert", "skipping " + skipped));
            byte[] key = host.key().copy();
            LocalIdentity identity =
                    new LocalIdentity(host.certificate(), Dh.x25519().keyPair(key));
            Arrays.fill(key, (byte) 0);
            host.key().destroy();
            return identity;
        } catch (HostIdentity.KeyException e) {
            problem(origins, "pki.key", e.getMessage());
            return null;
        } catch (CertificateException e) {
            problem(origins, "pki.cert", e.getMessage());
            return null;
        }
    }

    /** When the certificate of the files is judged: the one that is in force, at its last moment. */
    private Instant judgedAt(PkiMaterial material) throws CertificateException {
        Certificate running = inForce;
        if (running == null || !now.isAfter(running.notAfter())) {
            return now;
        }
        List<Certificate> read = CertificatePem.readUsable(material.cert()).certificates();
        return read.equals(List.of(running)) ? running.notAfter() : now;
    }

    private @Nullable CaPool cas(PkiMaterial material, OverlayConfig config, SourceMap origins) {
        Blocklist.Parsed blocklist = Blocklist.parse(config.pki().blocklist());
        if (!blocklist.isClean()) {
            problem(origins, "pki.blocklist", blocklist.problem());
        }
        try {
            CaPool.Loaded loaded = CaPool.read(material.ca(), blocklist.blocklist(), now);
            loaded.skipped()
                    .forEach(skipped -> notice(origins, "pki.ca", "skipping ca: " + skipped));
            if (loaded.pool().hasValidAt(now)) {
                loaded.invalid().forEach(invalid -> notice(origins, "pki.ca", invalid));
            } else {
                problem(
                        origins,
                        "pki.ca",
                        loaded.invalid().isEmpty()
                                ? CaPool.NO_VALID_CA
                                : CaPool.NO_VALID_CA + ": " + String.join("; ", loaded.invalid()));
            }
            return loaded.pool();
        } catch (CertificateException e) {
            problem(origins, "pki.ca", e.getMessage());
            return null;
        }
    }

    /**
     * Peers judge our certificate by their {@code pki.ca}, which is ours as a rule. A certificate that no CA of our own pool has signed is
     * an error, unless doubts are only to be reported. What time does is a warning: a CA that has expired must not keep its successor out.
     */
    private void checkTrust(Certificate own, CaPool cas, SourceMap origins) {
        if (cas.verify(own, now) instanceof Verification.Refused(var reason, String message)) {
            String text =
                    "this host's certificate %s is not accepted by its own pki.ca and pki.blocklist: %s"
                            .formatted(own.name(), message);
            if (isFromNoCa(reason) && unknownKeys != Strictness.REPORT) {
                problem(origins, "pki.cert", text);
            } else {
                notice(origins, "pki.cert", text);
            }
        }
        warnOfExpiry(ExpiryWatch.OWN, "pki.cert", own, origins);
        for (Certificate ca : cas.authorities()) {
            if (!ca.expiredAt(now)) {
                warnOfExpiry(ExpiryWatch.CA, "pki.ca", ca, origins);
            }
        }
    }

    private static boolean isFromNoCa(Verification.Reason reason) {
        return switch (reason) {
            case NO_ISSUER, UNKNOWN_ISSUER, BAD_SIGNATURE -> true;
            case BLOCKLISTED,
                    CURVE_MISMATCH,
                    CA_EXPIRED,
                    EXPIRED,
                    SIGNER_CHANGED,
                    OUTSIDE_CA_LIMITS ->
                    false;
        };
    }

    private void warnOfExpiry(String role, String key, Certificate certificate, SourceMap origins) {
        String warning = ExpiryStage.warning(role, certificate, now);
        if (!warning.isEmpty()) {
            notice(origins, key, warning);
        }
    }

    private CipherProviders.@Nullable Chosen ciphers(OverlayConfig config, SourceMap origins) {
        // No switch over types: the class it makes at run time is a noticeable part of a start.
        CipherProviders.Outcome outcome = CipherChoice.of(config);
        if (outcome instanceof CipherProviders.Unavailable unavailable) {
            problems.add(
                    new Diagnostic(
                            origins.of(CipherChoice.KEY).orElse(origins.start()),
                            CipherChoice.KEY,
                            CipherChoice.problem(config, unavailable),
                            "auto takes the fastest that works here"));
        }
        return outcome instanceof CipherProviders.Chosen chosen ? chosen : null;
    }

    private void checkNetworks(OverlayConfig config, LocalIdentity identity, SourceMap origins) {
        NetworkChecks.Findings findings =
                NetworkChecks.check(config, identity.certificate().networks(), origins);
        problems.addAll(findings.errors());
        notices.addAll(findings.notices());
        List<Cidr> networks = identity.certificate().networks();
        for (RouteConflicts.Conflict c :
                RouteConflicts.find(new LinuxLibc(), config.tun(), networks)) {
            notices.add(
                    new Diagnostic(
                            origins.of(c.key()).orElse(origins.start()),
                            c.key(),
                            c.message(),
                            c.hint()));
        }
    }

    private void problem(SourceMap origins, String key, @Nullable String message) {
        problems.add(at(origins, key, message));
    }

    private void notice(SourceMap origins, String key, String message) {
        notices.add(at(origins, key, message));
    }

    private static Diagnostic at(SourceMap origins, String key, @Nullable String message) {
        return new Diagnostic(
                origins.of(key).orElse(origins.start()), key, String.valueOf(message), "");
    }
}
