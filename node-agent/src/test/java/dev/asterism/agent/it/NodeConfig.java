package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** The text of a {@code config.yml} that every product understands. */
final class NodeConfig {

    /** Where everybody may send to; other ports belong to groups. */
    static final int OPEN_PORT = 7000;

    static final int RED_PORT = 7001;
    static final int BLUE_PORT = 7002;

    /** Open as well, for {@link Doors}. */
    static final int WITNESS_PORT = 7003;

    private final Path pki;
    private final String certificate;
    private final String lighthouse;
    private final String ownSections;
    private final List<String> rules =
            new ArrayList<>(
                    List.of(
                            "{port: any, proto: icmp, host: any}",
                            "{port: " + OPEN_PORT + ", proto: any, host: any}",
                            "{port: " + WITNESS_PORT + ", proto: any, host: any}",
                            "{port: " + RED_PORT + ", proto: any, groups: [red]}",
                            "{port: " + BLUE_PORT + ", proto: any, groups: [blue]}"));
    private String cipher = "aes";
    private String logging = "{level: info, format: text}";
    private String tun = "{dev: neb0, mtu: 1300}";
    private final List<String> outbound = new ArrayList<>();
    private String listen = "";
    private final StringBuilder more = new StringBuilder();
    private String certificateLine = "";
    private String keyLine = "";
    private int initiatingVersion;

    /**
     * @param pki folder of the CA and the certificates
     * @param certificate name of a certificate there
     * @param lighthouse YAML of the sections {@code lighthouse} and {@code static_host_map}
     * @param ownSections YAML that one product needs
     */
    NodeConfig(Path pki, String certificate, String lighthouse, String ownSections) {
        this.pki = pki;
        this.certificate = certificate;
        this.lighthouse = lighthouse;
        this.ownSections = ownSections;
    }

    NodeConfig cipher(String name) {
        cipher = name;
        return this;
    }

    NodeConfig logging(String flowMap) {
        logging = flowMap;
        return this;
    }

    NodeConfig tun(String flowMap) {
        tun = flowMap;
        return this;
    }

    /** More entries of {@code listen}, as in a flow map. */
    NodeConfig listen(String entries) {
        listen = ", " + entries;
        return this;
    }

    /** One more section, YAML. */
    NodeConfig section(String yaml) {
        more.append(yaml).append('\n');
        return this;
    }

    /** One more inbound rule, a flow map. */
    NodeConfig rule(String flowMap) {
        rules.add(flowMap);
        return this;
    }

    /** One more outbound rule, a flow map; everything of the node itself may leave anyhow. */
    NodeConfig outboundRule(String flowMap) {
        outbound.add(flowMap);
        return this;
    }

    NodeConfig withoutLastRule() {
        rules.removeLast();
        return this;
    }

    /** Value of {@code pki.cert} in place of the path. */
    NodeConfig certificate(String value) {
        certificateLine = value;
        return this;
    }

    NodeConfig key(String value) {
        keyLine = value;
        return this;
    }

    /** Value of {@code pki.initiating_version}; without it a node with both versions begins with 1. */
    NodeConfig initiatingVersion(int version) {
        initiatingVersion = version;
        return this;
    }

    String render() {
        StringBuilder text = new StringBuilder();
        text.append("pki:\n  ca: ").append(pki).append("/ca.crt\n  cert: ");
        text.append(certificateLine.isEmpty() ? pki + "/" + certificate + ".crt" : certificateLine);
        text.append("\n  key: ");
        text.append(keyLine.isEmpty() ? pki + "/" + certificate + ".key" : keyLine);
        if (initiatingVersion != 0) {
            text.append("\n  initiating_version: ").append(initiatingVersion);
        }
        text.append('\n').append(lighthouse).append(ownSections).append(more);
        text.append("listen: {host: 0.0.0.0, port: 4242, read_buffer: 4194304");
        text.append(listen).append("}\n");
        text.append("punchy: {punch: true, respond: true}\n");
        text.append("cipher: ").append(cipher).append("\ntun: ").append(tun);
        text.append("\nlogging: ").append(logging);
        text.append("\nfirewall:\n  outbound:\n    - {port: any, proto: any, host: any}\n");
        outbound.forEach(rule -> text.append("    - ").append(rule).append('\n'));
        text.append("  inbound:\n");
        rules.forEach(rule -> text.append("    - ").append(rule).append('\n'));
        return text.toString();
    }

    void writeTo(Path file) {
        write(file, render());
    }

    /** In one step, so that nobody reads half of it. */
    static void write(Path file, String text) {
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(fresh, text);
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
