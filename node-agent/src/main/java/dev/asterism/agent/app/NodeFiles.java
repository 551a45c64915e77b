package dev.asterism.agent.app;

import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.agent.config.PkiFiles;
import dev.asterism.agent.config.PkiMaterial;
import dev.asterism.agent.config.PkiOutcome;
import dev.asterism.agent.net.RouteConflicts;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.ExpiryStage;
import dev.asterism.overlay.cert.HostIdentity;
import dev.asterism.overlay.cert.Verification;
import dev.asterism.overlay.config.ConfigOrigins;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.ConfigProblem;
import dev.asterism.overlay.config.NetworkChecks;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.UnknownKeys;
import dev.asterism.overlay.firewall.OwnAddresses;
import dev.asterism.overlay.firewall.RuleCompilation;
import dev.asterism.overlay.firewall.RuleCompiler;
import dev.asterism.overlay.firewall.RuleProblem;
import dev.asterism.overlay.firewall.RuleSet;
import dev.asterism.overlay.firewall.RuleWarning;
import dev.asterism.overlay.identity.ExpiryWatch;
import dev.asterism.overlay.identity.Identity;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.node.NodeSnapshot;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.path.RemoteAllowList;
import dev.asterism.overlay.route.RouteTable;
import dev.asterism.tun.aead.CipherProviders;
import dev.asterism.tun.libc.LinuxLibc;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything a node is made of: configuration, certificates, keys, rules; and tests its ciphers. All problems are collected, and
 * nothing outside is touched, so that a broken reload changes nothing.
 */
final class NodeFiles {

    private final Path path;
    private final UnknownKeys unknownKeys;
    private final Instant now;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final List<ConfigProblem> notices = new ArrayList<>();

    private NodeFiles(Path path, UnknownKeys unknownKeys, Instant now) {
        this.path = path;
        this.unknownKeys = unknownKeys;
        this.now = now;
    }

    /**
     * @param path of a file or a folder
     * @param now certificates must be valid then
     */
    static NodeInputs load(Path path, UnknownKeys unknownKeys, Instant now) {
        return new NodeFiles(path, unknownKeys, now).load();
    }

    private NodeInputs load() {
        ConfigOutcome outcome = ConfigFiles.load(path, unknownKeys);
        notices.addAll(outcome.notices());
        return switch (outcome) {
            case ConfigOutcome.Refused refused ->
                    new NodeInputs.Refused(refused.problems(), notices);
            case ConfigOutcome.Loaded(OverlayConfig config, var _, ConfigOrigins origins) ->
                    load(config, origins);
        };
    }

    private NodeInputs load(OverlayConfig config, ConfigOrigins origins) {
        switch (PkiFiles.load(config.pki(), origins)) {
            case PkiOutcome.Refused(List<ConfigProblem> unreadable) -> problems.addAll(unreadable);
            case PkiOutcome.Loaded(PkiMaterial material, List<ConfigProblem> doubts) -> {
                notices.addAll(doubts);
                Identity identity = identity(material, origins);
                CaPool cas = cas(material, config, origins);
                RuleSet rules = identity == null ? null : rules(config, identity);
                if (identity != null) {
                    checkNetworks(config, identity, origins);
                }
                if (identity != null && cas != null && problems.isEmpty()) {
                    checkTrust(identity.certificate(), cas, origins);
                }
                CipherProviders.Chosen ciphers = ciphers(config, origins);
                if (identity != null
                        && cas != null
                        && rules != null
                        && ciphers != null
                        && problems.isEmpty()) {
                    return new NodeInputs.Loaded(
                            snapshot(config, identity, cas), rules, ciphers, notices);
                }
            }
        }
        return new NodeInputs.Refused(problems, notices);
    }

    private static NodeSnapshot snapshot(OverlayConfig config, Identity identity, CaPool cas) {
        OverlayConfig.Lighthouse lighthouse = config.lighthouse();
        return new NodeSnapshot(
                config,
                identity,
                cas,
                new RemoteAllowList(lighthouse.remoteAllowList(), lighthouse.remoteAllowRanges()),
                RouteTable.of(config.tun().unsafeRoutes()));
    }

    private @Nullable Identity identity(PkiMaterial material, ConfigOrigins origins) {
        try {
            HostIdentity host = HostIdentity.read(material.cert(), material.key(), now);
            host.skipped().forEach(skipped -> notice(origins, "pki.cert", "skipping " + skipped));
            byte[] key = host.key().copy();
            Identity identity = new Identity(host.certificate(), Dh.x25519().keyPair(key));
            java.util.Arrays.fill(key, (byte) 0);
            host.key().destroy();
            return identity;
        } catch (CertificateException e) {
            problem(origins, "pki.cert", e.getMessage());
            return null;
        }
    }

    private @Nullable CaPool cas(
            PkiMaterial material, OverlayConfig config, ConfigOrigins origins) {
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
     * Peers judge our certificate by their {@code pki.ca}, which is ours as a rule. One that our own pool refuses is a mistake, but one that
     * Nebula lets pass: no reason to refuse where doubts are only to be reported.
     */
    private void checkTrust(Certificate own, CaPool cas, ConfigOrigins origins) {
        if (cas.verify(own, now) instanceof Verification.Refused(var reason, String message)) {
            String text =
                    "this host's certificate %s is not accepted by its own pki.ca and pki.blocklist: %s"
                            .formatted(own.name(), message);
            if (reason == Verification.Reason.BLOCKLISTED || unknownKeys == UnknownKeys.REPORT) {
                notice(origins, "pki.cert", text);
            } else {
                problem(origins, "pki.cert", text);
            }
        }
        warnOfExpiry(ExpiryWatch.OWN, "pki.cert", own, origins);
        for (Certificate ca : cas.authorities()) {
            if (!ca.expiredAt(now)) {
                warnOfExpiry(ExpiryWatch.CA, "pki.ca", ca, origins);
            }
        }
    }

    private void warnOfExpiry(
            String role, String key, Certificate certificate, ConfigOrigins origins) {
        String warning = ExpiryStage.warning(role, certificate, now);
        if (!warning.isEmpty()) {
            notice(origins, key, warning);
        }
    }

    private @Nullable RuleSet rules(OverlayConfig config, Identity identity) {
        RuleCompilation compiled =
                RuleCompiler.compile(config.firewall(), OwnAddresses.of(identity.certificate()));
        for (RuleWarning warning : compiled.warnings()) {
            notices.add(
                    new ConfigProblem(warning.position(), warning.table(), warning.message(), ""));
        }
        return switch (compiled) {
            case RuleCompilation.Compiled(RuleSet rules, var _) -> rules;
            case RuleCompilation.Refused(List<RuleProblem> refused, var _) -> {
                refused.forEach(
                        p ->
                                problems.add(
                                        new ConfigProblem(
                                                p.position(), "firewall", p.message(), "")));
                yield null;
            }
        };
    }

    private CipherProviders.@Nullable Chosen ciphers(OverlayConfig config, ConfigOrigins origins) {
        // No switch over types: the class it makes at run time is a noticeable part of a start.
        CipherProviders.Outcome outcome = CipherChoice.of(config);
        if (outcome instanceof CipherProviders.Unavailable unavailable) {
            problems.add(
                    new ConfigProblem(
                            origins.of(CipherChoice.KEY).orElse(origins.start()),
                            CipherChoice.KEY,
                            CipherChoice.problem(config, unavailable),
                            "auto takes the fastest that works here"));
        }
        return outcome instanceof CipherProviders.Chosen chosen ? chosen : null;
    }

    private void checkNetworks(OverlayConfig config, Identity identity, ConfigOrigins origins) {
        NetworkChecks.Findings findings =
                NetworkChecks.check(config, identity.certificate().networks(), origins);
        problems.addAll(findings.errors());
        notices.addAll(findings.notices());
        List<Cidr> networks = identity.certificate().networks();
        for (RouteConflicts.Conflict c :
                RouteConflicts.find(new LinuxLibc(), config.tun(), networks)) {
            notices.add(
                    new ConfigProblem(
                            origins.of(c.key()).orElse(origins.start()),
                            c.key(),
                            c.message(),
                            c.hint()));
        }
    }

    private void problem(ConfigOrigins origins, String key, @Nullable String message) {
        problems.add(at(origins, key, message));
    }

    private void notice(ConfigOrigins origins, String key, String message) {
        notices.add(at(origins, key, message));
    }

    private static ConfigProblem at(ConfigOrigins origins, String key, @Nullable String message) {
        return new ConfigProblem(
                origins.of(key).orElse(origins.start()), key, String.valueOf(message), "");
    }
}
