package dev.asterism.agent.config;

import dev.asterism.agent.control.ControlGroup;
import dev.asterism.agent.control.ControlSettings;
import dev.asterism.agent.l7.FilterSettings;
import dev.asterism.agent.l7.IssuedGroups;
import dev.asterism.agent.net.RouteConflicts;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.SourceMap;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.node.NodeBlueprint;
import dev.asterism.overlay.node.PkiMaterial;
import dev.asterism.overlay.revocation.RevocationBundle;
import dev.asterism.tun.aead.CipherProviders;
import dev.asterism.tun.libc.LinuxLibc;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything a node is made of: configuration, certificates, keys, rules; and tests its
 * ciphers. All problems are collected, and nothing outside is touched, so that a broken reload
 * changes nothing.
 */
public final class NodeLoader {

    private final Path path;
    private final Strictness unknownKeys;
    private final Instant now;
    private final long heapBytes;
    private final @Nullable LocalIdentity running;
    private final List<Diagnostic> problems = new ArrayList<>();
    private final List<Diagnostic> notices = new ArrayList<>();

    private NodeLoader(
            Path path,
            Strictness unknownKeys,
            Instant now,
            long heapBytes,
            @Nullable LocalIdentity running) {
        this.running = running;
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
     * For a node that runs. When the files still name a certificate that it runs with, and that has run out
     * meanwhile, this is only told: refusing would take nothing out of use, but hold up everything else that the
     * operator wants to change.
     */
    public static LoadedNode reload(
            Path path, Strictness unknownKeys, Instant now, LocalIdentity running) {
        long heapBytes = Runtime.getRuntime().maxMemory();
        return new NodeLoader(path, unknownKeys, now, heapBytes, running).load();
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
        // Before the certificates are read: their signatures are the first thing that is
        // calculated.
        CipherChoice.chooseCurve(config);
        NodeSnapshot snapshot = compiled(config, origins);
        CipherProviders.Chosen ciphers = ciphers(config, origins);
        RevocationBundle bundle = snapshot == null ? null : bundle(snapshot, origins);
        return snapshot != null && ciphers != null && problems.isEmpty()
                ? new LoadedNode.Loaded(snapshot, ciphers, bundle, notices)
                : new LoadedNode.Refused(problems, notices);
    }

    private @Nullable NodeSnapshot compiled(OverlayConfig config, SourceMap origins) {
        return switch (PkiFiles.load(config.pki(), origins)) {
            case PkiOutcome.Refused(List<Diagnostic> unreadable) -> {
                problems.addAll(unreadable);
                yield null;
            }
            case PkiOutcome.Loaded(PkiMaterial material, List<Diagnostic> doubts) -> {
                notices.addAll(doubts);
                NodeBlueprint.Outcome outcome =
                        NodeBlueprint.compile(config, material, origins, unknownKeys, now, running);
                notices.addAll(outcome.warnings());
                yield compiled(outcome, origins);
            }
        };
    }

    private @Nullable NodeSnapshot compiled(NodeBlueprint.Outcome outcome, SourceMap origins) {
        return switch (outcome) {
            case NodeBlueprint.Outcome.Refused(List<Diagnostic> wrong, var _) -> {
                problems.addAll(wrong);
                yield null;
            }
            case NodeBlueprint.Outcome.Compiled(NodeSnapshot snapshot, var _) -> {
                warnOfHostRoutes(snapshot, origins);
                warnOfGroups(snapshot, origins);
                yield snapshot;
            }
        };
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
        String problem = ControlGroup.problem(config.get(ControlSettings.SECTION).group());
        if (problem != null) {
            problem(origins, "asterism.control.group", problem);
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

    private @Nullable RevocationBundle bundle(NodeSnapshot snapshot, SourceMap origins) {
        String file = snapshot.config().get(RevocationSettings.SECTION).bundle();
        if (file.isEmpty()) {
            return null;
        }
        BundleFile.Content content = BundleFile.read(file, snapshot.cas(), now);
        if (!content.problem().isEmpty()) {
            Diagnostic said =
                    new Diagnostic(
                            origins.of(RevocationSettings.KEY).orElse(origins.start()),
                            RevocationSettings.KEY,
                            content.problem(),
                            "\"asterism-cert bundle verify\" checks it, \"bundle sign\" makes another");
            (content.outdated() ? notices : problems).add(said);
        }
        return content.bundle();
    }

    private void warnOfGroups(NodeSnapshot snapshot, SourceMap origins) {
        FilterSettings filter = snapshot.config().get(FilterSettings.SECTION);
        if (filter.config() != null) {
            notices.addAll(IssuedGroups.check(filter, snapshot.cas().authorities()));
            notices.addAll(
                    IssuedGroups.checkAdvertised(
                            filter,
                            snapshot.identity().certificate().groups(),
                            key -> origins.of(key).orElse(origins.start())));
        }
    }

    /** What the host routes elsewhere now. */
    private void warnOfHostRoutes(NodeSnapshot snapshot, SourceMap origins) {
        List<Cidr> networks = snapshot.identity().networks();
        for (RouteConflicts.Conflict c :
                RouteConflicts.find(new LinuxLibc(), snapshot.config().tun(), networks)) {
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

    private static Diagnostic at(SourceMap origins, String key, @Nullable String message) {
        return new Diagnostic(
                origins.of(key).orElse(origins.start()), key, String.valueOf(message), "");
    }
}
