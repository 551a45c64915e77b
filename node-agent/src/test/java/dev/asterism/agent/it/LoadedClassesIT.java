package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What is switched off is not loaded either. */
@Execution(ExecutionMode.CONCURRENT)
class LoadedClassesIT {

    private static final List<String> OF_METRICS =
            List.of("io.prometheus.", "com.sun.net.httpserver.", "sun.net.httpserver.");
    private static final List<String> OF_CONTROL =
            List.of("jnr.", "com.kenai.jffi.", "dev.asterism.agent.control.ControlVerbs");

    private static final List<String> OF_VERSION_2 =
            List.of(
                    "dev.asterism.overlay.cert.CertificateV2 ",
                    "dev.asterism.overlay.cert.DecoderV2 ",
                    "dev.asterism.overlay.cert.DerReader ",
                    "dev.asterism.overlay.cert.EcdsaP256 ",
                    "dev.asterism.overlay.noise.P256 ",
                    "org.bouncycastle.");

    /** What the start of a node must not load; FilterSettings and FilterService are the agent's own and small. */
    private static final List<String> OF_FILTER =
            List.of(
                    "dev.asterism.l7.",
                    "io.netty.",
                    "dev.asterism.agent.l7.RunningFilter",
                    "dev.asterism.lighthouse.services.");

    @Test
    void nothingOfVersion2OrP256WithACertificateOfVersion1() {
        String loaded = loaded("", "''");

        assertThat(loaded).contains("dev.asterism.overlay.cert.CertificateV1 ");
        assertThat(loaded).doesNotContain(OF_VERSION_2);
    }

    @Test
    void noFilterWithoutItsSection() {
        assertThat(loaded("", "auto")).doesNotContain(OF_FILTER);
        assertThat(loaded("", "auto")).contains("dev.asterism.agent.l7.FilterService");
    }

    @Test
    void theFilterWithItsSection() {
        assertThat(loaded("l7: {enabled: true, log: {access: ''}}", "''"))
                .contains(OF_FILTER)
                .doesNotContain("dev.asterism.agent.l7.SpanExporter")
                .doesNotContain("dev.asterism.l7.telemetry.OtlpTraces");
    }

    @Test
    void noFilterThatIsNotEnabled() {
        assertThat(loaded("l7: {enabled: false}", "''"))
                .doesNotContain("io.netty.")
                .doesNotContain("dev.asterism.agent.l7.RunningFilter");
    }

    @Test
    void neitherMetricsNorControlSocketWhenBothAreOff() {
        String loaded = loaded("", "''");

        assertThat(loaded).contains("dev.asterism.agent.app.Agent ");
        assertThat(loaded).doesNotContain(OF_METRICS).doesNotContain(OF_CONTROL);
    }

    @Test
    void noMetricsWithTheControlSocketAlone() {
        String loaded = loaded("", "auto");

        assertThat(loaded).contains(OF_CONTROL).doesNotContain(OF_METRICS);
    }

    @Test
    void metricsWhenTheyAreOn() {
        String stats =
                "stats: {type: prometheus, listen: '127.0.0.1:9100', path: /metrics, interval: 1s}";

        assertThat(loaded(stats, "''")).contains(OF_METRICS).doesNotContain(OF_CONTROL);
    }

    /** Names of the classes that an agent has loaded until it was told to stop. */
    private static String loaded(String section, String socket) {
        Ours.AGENT.require();
        Pki pki = Pki.madeBy(Ours.AGENT);
        try (NetLab lab = new NetLab()) {
            Path config = lab.folder().resolve("config.yml");
            Path classes = lab.folder().resolve("classes");
            String path =
                    socket.equals("auto") ? lab.folder().resolve("c.sock").toString() : socket;
            new NodeConfig(
                            pki.folder(),
                            pki.issue(Ours.AGENT, "node", "10.42.0.1", "red"),
                            "lighthouse: {am_lighthouse: true}\n",
                            "asterism: {control: {path: " + path + "}}\n" + section + "\n")
                    .tun("{disabled: true}")
                    .writeTo(config);
            Daemon agent =
                    lab.own(
                            Daemon.start(
                                    lab.host("l", 1)
                                            .commandLine(
                                                    Ours.jvm(
                                                            Path.of("target").toAbsolutePath(),
                                                            "-Xlog:class+load:file=" + classes,
                                                            "run",
                                                            "--config",
                                                            config.toString())),
                                    Map.of(),
                                    lab.folder().resolve("log.txt")));
            agent.awaitLog("interface is active");
            if (!socket.equals("''")) {
                agent.awaitLog("Control socket is open");
            }
            if (section.startsWith("stats")) {
                agent.awaitLog("Starting prometheus stats listener");
            }
            if (section.contains("l7: {enabled: true")) {
                agent.awaitLog("L7 filter started");
            }
            agent.signal("TERM");
            assertThat(agent.awaitEnd()).as(agent.log()).isZero();
            return Host.read(classes.toString());
        }
    }
}
