package dev.asterism.overlay.node;

import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.ExpiryStage;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.Verification;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.NetworkChecks;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.SourceMap;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.firewall.LocalNetworks;
import dev.asterism.overlay.firewall.RuleCompiler;
import dev.asterism.overlay.identity.ExpiryWatch;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.path.RemoteAllowList;
import dev.asterism.overlay.route.RouteTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compiles configuration, certificates and keys to the snapshot of a node, and says everything that
 * is wrong with them. Pure: the agent, its {@code --test} and the simulator go through the same
 * code. Owns the key that it reads: {@link LocalIdentity} has the only copy afterwards.
 */
public final class NodeBlueprint {

    private final OverlayConfig config;
    private final SourceMap origins;
    private final Strictness strictness;
    private final Instant now;
    private final @Nullable LocalIdentity running;
    private final List<Diagnostic> problems = new ArrayList<>();
    private final List<Diagnostic> warnings = new ArrayList<>();

    /** What compiling came to; warnings are worth telling in both cases. */
    public sealed interface Outcome {

        List<Diagnostic> warnings();

        record Compiled(NodeSnapshot snapshot, List<Diagnostic> warnings) implements Outcome {}

        /**
         * @param problems never empty; at most one for each key
         */
        record Refused(List<Diagnostic> problems, List<Diagnostic> warnings) implements Outcome {}
    }

    private NodeBlueprint(
            OverlayConfig config,
            SourceMap origins,
            Strictness strictness,
            Instant now,
            @Nullable LocalIdentity running) {
        this.running = running;
        this.config = config;
        this.origins = origins;
        this.strictness = strictness;
        this.now = now;
    }

    /**
     * @param origins where the values of {@code config} stand, for the problems
     * @param strictness {@code REPORT} makes warnings of doubts that are problems otherwise
     * @param now certificates must be valid then
     * @param running of a node that runs: what needs a restart is a problem, and when one of its
     *     certificates is still there and has run out meanwhile, that is a warning only: refusing
     *     would not take it out of use, and would delay the other changes; null at a start
     */
    public static Outcome compile(
            OverlayConfig config,
            PkiMaterial pki,
            SourceMap origins,
            Strictness strictness,
            Instant now,
            @Nullable LocalIdentity running) {
        return new NodeBlueprint(config, origins, strictness, now, running).compile(pki);
    }

    private Outcome compile(PkiMaterial pki) {
        LocalIdentity identity = identity(pki);
        CaPool cas = cas(pki, identity);
        if (identity != null) {
            checkNetworks(identity);
        }
        if (identity != null && cas != null && problems.isEmpty()) {
            for (Certificate own : identity.certificates()) {
                checkTrust(own, cas);
            }
            warnOfExpiry(identity, cas);
        }
        if (identity != null && cas != null && problems.isEmpty()) {
            return new Outcome.Compiled(snapshot(identity, cas), warnings);
        }
        if (identity != null) {
            identity.destroy();
        }
        return new Outcome.Refused(problems, warnings);
    }

    private NodeSnapshot snapshot(LocalIdentity identity, CaPool cas) {
        OverlayConfig.Lighthouse lighthouse = config.lighthouse();
        return NodeSnapshot.of(
                config,
                identity,
                cas,
                new RemoteAllowList(lighthouse.remoteAllowList(), lighthouse.remoteAllowRanges()),
                RouteTable.of(config.tun().unsafeRoutes()),
                RuleCompiler.compile(config.firewall(), LocalNetworks.of(identity)));
    }

    private @Nullable LocalIdentity identity(PkiMaterial material) {
        try {
            LocalIdentity.Loaded loaded =
                    LocalIdentity.read(
                            material.cert(),
                            material.key(),
                            now,
                            running == null ? List.of() : running.certificates());
            loaded.skipped().forEach(skipped -> warning("pki.cert", "skipping " + skipped));
            return following(initiating(loaded.identity()));
        } catch (LocalIdentity.KeyException e) {
            problem("pki.key", e.getMessage());
            return null;
        } catch (CertificateException e) {
            problem("pki.cert", e.getMessage());
            return null;
        }
    }

    /** With a certificate of version 1 only, version 2 cannot be asked for; that is no mistake (behaviour.md 2.5). */
    private LocalIdentity initiating(LocalIdentity identity) {
        int wanted = config.pki().initiatingVersion();
        if (wanted == 1 && identity.ofVersion(1) == null) {
            problem(
                    "pki.initiating_version",
                    "can not use pki.initiating_version 1 without a v1 certificate in pki.cert");
        }
        return identity.ofVersion(wanted) == null ? identity : identity.initiating(wanted);
    }

    private LocalIdentity following(LocalIdentity identity) {
        if (running == null) {
            return identity;
        }
        String unfit = identity.unfitAfter(running);
        if (unfit != null) {
            problem("pki.cert", unfit + "; restart to use it");
        } else if (!identity.networks().equals(running.networks())) {
            warning(
                    "pki.cert",
                    "the new certificate has more networks: %s; until a restart the host has %s"
                            .formatted(identity.networks(), running.networks()));
            warnOfRestart(identity, running);
        }
        return identity.after(running);
    }

    /** The networks that are pinned until a restart pass these checks; those of the new certificate may not. */
    private void warnOfRestart(LocalIdentity next, LocalIdentity inForce) {
        List<String> already = refusals(inForce).stream().map(Diagnostic::path).toList();
        for (Diagnostic refusal : refusals(next)) {
            if (!already.contains(refusal.path())) {
                warning(refusal.path(), "the next start will refuse this: " + refusal.message());
            }
        }
    }

    private List<Diagnostic> refusals(LocalIdentity identity) {
        return NetworkChecks.check(config, identity.networks(), origins).errors();
    }

    /** Also the last moment of a certificate in force that has run out. */
    private boolean isUsable(CaPool cas, @Nullable LocalIdentity identity) {
        return cas.hasValidAt(now)
                || running != null
                        && identity != null
                        && running.certificates().stream()
                                .filter(identity.certificates()::contains)
                                .filter(inForce -> now.isAfter(inForce.notAfter()))
                                .anyMatch(inForce -> cas.hasValidAt(inForce.notAfter()));
    }

    private @Nullable CaPool cas(PkiMaterial material, @Nullable LocalIdentity identity) {
        Blocklist.Parsed blocklist = Blocklist.parse(config.pki().blocklist());
        if (!blocklist.isClean()) {
            problem("pki.blocklist", blocklist.problem());
        }
        try {
            CaPool.Loaded loaded = CaPool.read(material.ca(), blocklist.blocklist(), now);
            loaded.skipped().forEach(skipped -> warning("pki.ca", "skipping ca: " + skipped));
            if (isUsable(loaded.pool(), identity)) {
                loaded.invalid().forEach(invalid -> warning("pki.ca", invalid));
            } else {
                problem(
                        "pki.ca",
                        loaded.invalid().isEmpty()
                                ? CaPool.NO_VALID_CA
                                : CaPool.NO_VALID_CA + ": " + String.join("; ", loaded.invalid()));
            }
            return loaded.pool();
        } catch (CertificateException e) {
            problem("pki.ca", e.getMessage());
            return null;
        }
    }

    /**
     * Peers judge our certificate by their {@code pki.ca}, which is ours as a rule. A certificate
     * that no CA of our own pool has signed is an error, unless doubts are only to be reported.
     * What time does is a warning: a CA that has expired must not keep its successor out.
     */
    private void checkTrust(Certificate own, CaPool cas) {
        if (cas.verify(own, now) instanceof Verification.Refused(var reason, String message)) {
            String text =
                    "this host's certificate %s is not accepted by its own pki.ca and pki.blocklist: %s"
                            .formatted(own.name(), message);
            if (isFromNoCa(reason) && strictness != Strictness.REPORT) {
                problem("pki.cert", text);
            } else {
                warning("pki.cert", text);
            }
        }
    }

    private void warnOfExpiry(LocalIdentity identity, CaPool cas) {
        List<Certificate> ours = identity.certificates();
        ours.forEach(own -> warnOfExpiry(ExpiryWatch.roleOf(own, ours), "pki.cert", own));
        for (Certificate ca : cas.authorities()) {
            if (!ca.expiredAt(now)) {
                warnOfExpiry(ExpiryWatch.CA, "pki.ca", ca);
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

    private void warnOfExpiry(String role, String key, Certificate certificate) {
        String warning = ExpiryStage.warning(role, certificate, now);
        if (!warning.isEmpty()) {
            warning(key, warning);
        }
    }

    private void checkNetworks(LocalIdentity identity) {
        NetworkChecks.Findings findings = NetworkChecks.check(config, identity.networks(), origins);
        problems.addAll(findings.errors());
        warnings.addAll(findings.notices());
    }

    private void problem(String key, @Nullable String message) {
        problems.add(at(key, message));
    }

    private void warning(String key, String message) {
        warnings.add(at(key, message));
    }

    private Diagnostic at(String key, @Nullable String message) {
        return new Diagnostic(
                origins.of(key).orElse(origins.start()), key, String.valueOf(message), "");
    }
}
