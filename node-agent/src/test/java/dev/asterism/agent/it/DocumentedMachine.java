package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.it.Documentation.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The lighthouse and the node of the documentation, each in a network namespace: runs commands in
 * the one they are meant for, keeps the agents that they start, and puts the laboratory's address
 * and folder in place of those a reader must put in.
 */
final class DocumentedMachine {

    private final NetLab lab;
    private final ScratchClone clone;
    private final Host lighthouse;
    private final Host node;
    private final String address;
    private int started;

    DocumentedMachine(NetLab lab, ScratchClone clone, Host lighthouse, Host node, String address) {
        this.lab = lab;
        this.clone = clone;
        this.lighthouse = lighthouse;
        this.node = node;
        this.address = address;
    }

    void run(Command command) {
        String text =
                command.text()
                        .replace("s/192.0.2.1/192.0.2.1/", "s/192.0.2.1/" + address + "/")
                        .replace("/etc/nebula/config.yml", "node.yml");
        Host host = text.contains("configs/lighthouse.yml") ? lighthouse : node;
        String plain = text.replaceFirst("^sudo ", "");
        boolean ofAgent = plain.startsWith("bin/asterism ");
        boolean namesFile = plain.contains("-config ");
        if (ofAgent && namesFile && !plain.contains("-test")) {
            start(host, plain);
        } else if (plain.startsWith("ping ") || ofAgent && !namesFile) {
            Waits.until(
                    command.toString(),
                    Duration.ofSeconds(30),
                    () -> Shell.run(clone.shellOn(host, plain)).exit() == 0,
                    () -> Shell.run(clone.shellOn(host, plain)).output());
        } else {
            Shell.Result result =
                    clone.run(
                            "ip netns exec "
                                    + host.namespace()
                                    + " sh -c '"
                                    + text.replace("'", "'\\''")
                                    + "'",
                            Map.of());
            assertThat(result.exit()).as("%s gave %s", command, result.output()).isZero();
            assertThat(result.output()).as("%s", command).doesNotContain("warning");
        }
    }

    private void start(Host host, String text) {
        started++;
        Path log = lab.folder().resolve("agent" + started + ".log");
        Daemon agent =
                lab.own(
                        Daemon.start(
                                clone.shellOn(host, "exec " + text), clone.environment(), log));
        agent.awaitLog(Ours.AGENT.readyMark());
        assertThat(agent.log()).doesNotContain("level=WARN");
        if (host.equals(lighthouse) && host.equals(node)) {
            agent.signal("TERM");
            assertThat(agent.awaitEnd()).isZero();
        }
    }

    int started() {
        return started;
    }
}
