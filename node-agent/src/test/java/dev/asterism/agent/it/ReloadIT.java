package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SIGHUP while packets flow. */
@Execution(ExecutionMode.CONCURRENT)
class ReloadIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final String NEW_RULE = "{port: %d, proto: any, host: any}";
    private static final int RELOADS = 20;
    private static final int WARM_UP = 5;
    private static final Duration END_OF_IT = Duration.ofSeconds(40);

    /** What is wrong with the new configuration. Each also has a rule that would open a port. */
    enum Breakage {
        YAML("oops: ]") {
            @Override
            String apply(NodeConfig config, Path folder) {
                return config.render() + "oops: ]\n";
            }
        },
        RULE("proto: carrier-pigeon") {
            @Override
            String apply(NodeConfig config, Path folder) {
                return config.rule("{port: any, proto: carrier-pigeon, host: any}").render();
            }
        },
        CERTIFICATE("cert:") {
            @Override
            String apply(NodeConfig config, Path folder) {
                Path garbage = folder.resolve("garbage.crt");
                NodeConfig.write(
                        garbage,
                        "-----BEGIN NEBULA CERTIFICATE-----\nAAAA\n-----END NEBULA CERTIFICATE-----\n");
                return config.certificate(garbage.toString()).render();
            }
        },
        KEY("key:") {
            @Override
            String apply(NodeConfig config, Path folder) {
                return config.key(folder.resolve("missing.key").toString()).render();
            }
        };

        private final String badLine;

        Breakage(String badLine) {
            this.badLine = badLine;
        }

        abstract String apply(NodeConfig config, Path folder);

        /** Number of the line that the report must name, from 1. */
        int line(String text) {
            List<String> lines = text.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).contains(badLine)) {
                    return i + 1;
                }
            }
            throw new AssertionError("no line with " + badLine);
        }
    }

    @ParameterizedTest
    @EnumSource(Breakage.class)
    void aBrokenConfigurationChangesNothing(Breakage breakage) {
        try (NamespaceMesh mesh = new NamespaceMesh(plan())) {
            PairFlow flow = flowing(mesh);
            NodeConfig next = mesh.a().config().rule(NEW_RULE.formatted(NodeConfig.BLUE_PORT));
            String text = breakage.apply(next, mesh.lab().folder());

            mesh.a().reload(text);

            mesh.a().daemon().awaitLog("Config reload failed");
            flow.awaitBothWays(SETTLE);
            mesh.check(
                    () -> {
                        checkNothingLost(mesh, flow);
                        assertThat(mesh.a().daemon().isAlive()).isTrue();
                        assertThat(mesh.a().daemon().log())
                                .as("names file and line")
                                .containsPattern("config\\.yml:" + breakage.line(text) + ":[0-9]+");
                        assertThat(Doors.isOpen(mesh.b(), mesh.a(), NodeConfig.RED_PORT))
                                .as("the old rule holds")
                                .isTrue();
                        assertThat(Doors.isOpen(mesh.b(), mesh.a(), NodeConfig.BLUE_PORT))
                                .as("the new rule does not")
                                .isFalse();
                    });
        }
    }

    @Test
    void newRulesHoldAtOnceAndGoAtOnce() {
        try (NamespaceMesh mesh = new NamespaceMesh(plan())) {
            PairFlow flow = flowing(mesh);
            assertThat(Doors.isOpen(mesh.b(), mesh.a(), NodeConfig.BLUE_PORT)).isFalse();

            mesh.a().config().rule(NEW_RULE.formatted(NodeConfig.BLUE_PORT));
            mesh.a().reload();
            awaitReloads(mesh.a(), 1);
            assertThat(Doors.isOpen(mesh.b(), mesh.a(), NodeConfig.BLUE_PORT)).isTrue();

            mesh.a().config().withoutLastRule();
            mesh.a().reload();
            awaitReloads(mesh.a(), 2);
            assertThat(Doors.isOpen(mesh.b(), mesh.a(), NodeConfig.BLUE_PORT)).isFalse();
            checkNothingLost(mesh, flow);
        }
    }

    @Test
    void namesTheKeysThatNeedARestart() {
        try (NamespaceMesh mesh = new NamespaceMesh(plan())) {
            PairFlow flow = flowing(mesh);

            mesh.a().reload(mesh.a().config().render().replace("port: 4242", "port: 4243"));

            mesh.a().daemon().awaitLog("requires a restart to fully apply.*keys=.*listen\\.port");
            checkNothingLost(mesh, flow);
        }
    }

    @Test
    void forgetsTheRestartWhenTheFileGoesBack() {
        try (NamespaceMesh mesh = new NamespaceMesh(plan())) {
            PairFlow flow = flowing(mesh);
            String before = mesh.a().config().render();
            String moved = before.replace("port: 4242", "port: 4243");

            mesh.a().reload(moved);
            mesh.a().daemon().awaitLog("requires a restart to fully apply.*keys=.*listen\\.port");
            mesh.a().reload(moved + "oops: ]\n");
            mesh.a().daemon().awaitLog("Config reload failed.*still need a restart.*listen\\.port");
            mesh.a().reload(before);

            awaitReloads(mesh.a(), 1);
            assertThat(mesh.a().daemon().log()).doesNotContain("keys=[]");
            checkNothingLost(mesh, flow);
        }
    }

    @Test
    void aRevocationHoldsWhateverElseIsWrong() {
        try (NamespaceMesh mesh = new NamespaceMesh(plan())) {
            PairFlow flow = flowing(mesh);
            Matcher peer =
                    Pattern.compile(
                                    "vpnAddrs=\\[%s\\].*?fingerprint=([0-9a-f]{64})"
                                            .formatted(Pattern.quote(mesh.b().overlay())))
                            .matcher(mesh.a().daemon().log());
            assertThat(peer.find()).isTrue();
            String text =
                    mesh.a()
                            .config()
                            .render()
                            .replaceFirst(
                                    "(?m)^pki:$",
                                    "pki:\n  blocklist: [oops, " + peer.group(1) + "]");
            assertThat(text).contains(peer.group(1));

            mesh.a().reload(text);

            mesh.a().daemon().awaitLog("Config reload failed");
            mesh.a()
                    .daemon()
                    .awaitLog("New entries of pki.blocklist are in force.*" + peer.group(1));
            mesh.b().daemon().awaitLog("Close tunnel received|Tunnel removed: closed by the peer");
            flow.close();
            long since = System.nanoTime();
            PairFlow after = mesh.flow();
            assertThat(Doors.isOpen(mesh.lighthouse(), mesh.a(), NodeConfig.RED_PORT)).isTrue();
            assertThat(after.flowsAfter(since)).isFalse();
            after.close();
        }
    }

    /**
     * Whoever forgot to renew it must still be able to change a rule; another one that is over is a mistake and
     * changes nothing.
     */
    @Test
    void onlyTheCertificateInForceMayHaveRunOut() throws IOException {
        try (NetLab lab = new NetLab()) {
            Ours.AGENT.makeCa(lab.folder());
            NamespaceNode node = shortLived(lab, "ends-first");
            Ours.AGENT.signFor("1s", lab.folder(), "ended", "10.42.0.1/24");
            try (LoadGate.Pass _ = LoadGate.starting()) {
                Ours.AGENT.signFor("30s", lab.folder(), "ends-first", "10.42.0.1/24");
                node.start();
                node.awaitReady();
            }
            Instant end = end(lab, "ends-first");
            assertThat(Instant.now()).as("slower than this test can bear").isBefore(end);
            Waits.until("its end", END_OF_IT, () -> Instant.now().isAfter(end.plusSeconds(1)));

            node.config().rule(NEW_RULE.formatted(NodeConfig.BLUE_PORT));
            node.reload();
            node.daemon().awaitLog("Config reload complete.*firewall");
            assertThat(node.daemon().log()).contains("ends-first\\\" expired at " + end);

            node.config()
                    .certificate(lab.folder().resolve("ended.crt").toString())
                    .key(lab.folder().resolve("ended.key").toString());
            node.reload();
            node.daemon().awaitLog("Config reload failed");
            assertThat(node.daemon().log())
                    .contains("ended\\\" expired at " + end(lab, "ended"))
                    .containsPattern("config\\.yml:[0-9]+:[0-9]+: pki\\.cert");
            assertThat(node.daemon().isAlive()).isTrue();
        }
    }

    private static NamespaceNode shortLived(NetLab lab, String certificate) {
        NodeConfig config =
                new NodeConfig(lab.folder(), certificate, "lighthouse: {am_lighthouse: true}\n", "")
                        .tun("{disabled: true}");
        NamespaceNode node =
                new NamespaceNode(lab, lab.host("l", 1), Ours.AGENT, "10.42.0.1", config);
        node.runsWithoutDevice();
        return node;
    }

    private static Instant end(NetLab lab, String certificate) throws IOException {
        String pem = Files.readString(lab.folder().resolve(certificate + ".crt"));
        try {
            return CertificatePem.readFirst(pem).notAfter();
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void leavesNothingOpenAfterManyReloads() {
        try (NamespaceMesh mesh = new NamespaceMesh(plan())) {
            PairFlow flow = flowing(mesh);
            reload(mesh.a(), 0, WARM_UP);
            int descriptors = mesh.a().daemon().descriptors();
            int threads = mesh.a().daemon().threads();

            reload(mesh.a(), WARM_UP, WARM_UP + RELOADS);

            assertThat(mesh.a().daemon().descriptors())
                    .as("open descriptors")
                    .isLessThanOrEqualTo(descriptors);
            // The JVM's compiler threads come and go.
            assertThat(mesh.a().daemon().threads()).as("threads").isLessThanOrEqualTo(threads + 2);
            checkNothingLost(mesh, flow);
        }
    }

    private static void reload(NamespaceNode node, int from, int to) {
        for (int i = from; i < to; i++) {
            node.config().rule(NEW_RULE.formatted(8000 + i));
            node.reload();
            awaitReloads(node, i + 1);
        }
    }

    private static void awaitReloads(NamespaceNode node, int times) {
        Waits.until(
                times + " reloads",
                SETTLE,
                () -> node.daemon().countInLog("Config reload complete") >= times,
                () -> node.daemon().log());
    }

    /** With Debian's Nebula as peer where it is, as that shows what a peer may expect. */
    private static NamespaceMesh.Plan plan() {
        return Nebula.OLD.isHere()
                ? NamespaceMesh.Plan.of(Nebula.OLD, Ours.AGENT, Ours.AGENT, Nebula.OLD)
                : NamespaceMesh.Plan.of(Ours.AGENT, Ours.AGENT, Ours.AGENT, Ours.AGENT);
    }

    /** Started after the first packets, which had to wait for the tunnel. */
    private static PairFlow flowing(NamespaceMesh mesh) {
        mesh.start();
        PairFlow first = mesh.flow();
        mesh.check(() -> first.awaitBothWays(SETTLE));
        first.close();
        PairFlow flow = mesh.flow();
        flow.awaitBothWays(SETTLE);
        return flow;
    }

    private static void checkNothingLost(NamespaceMesh mesh, PairFlow flow) {
        long lost = flow.lostAtEnd();
        assertThat(lost).as("lost packets (%s)", flow).isLessThanOrEqualTo(mesh.kernelDrops());
        flow.close();
    }
}
