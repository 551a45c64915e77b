package dev.asterism.agent.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.it.Documentation.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every command of docs/firewall.md, docs/troubleshooting.md, docs/operations.md, docs/control.md and
 * docs/from-nebula.md, and those for the agent of docs/revocation.md, as printed, on a machine as the page means it.
 * Folders below /etc are in the copy of the clone, and {@code systemctl} starts and stops the program itself.
 */
@Execution(ExecutionMode.CONCURRENT)
class GuidesIT {

    private static final String LIGHTHOUSE_CONFIG =
            """
            pki: {ca: ca.crt, cert: lighthouse.crt, key: lighthouse.key}
            lighthouse: {am_lighthouse: true}
            listen: {port: 4242}
            tun: {disabled: true}
            firewall:
              outbound: [{port: any, proto: any, host: any}]
              inbound: [{port: any, proto: icmp, host: any}]
            """;

    private static final String LAPTOP_CONFIG =
            """
            pki: {ca: /etc/nebula/ca.crt, cert: /etc/nebula/laptop.crt, key: /etc/nebula/laptop.key}
            static_host_map: {"10.42.0.1": ["192.0.2.1:4242"]}
            lighthouse: {hosts: ["10.42.0.1"]}
            tun: {dev: mesh0}
            firewall:
              outbound: [{port: any, proto: any, host: any}]
              inbound: [{port: any, proto: any, host: any}]
            """;

    private final NetLab lab = new NetLab();
    private final ScratchClone clone = new ScratchClone("clone").withoutCaches();
    private final Map<String, Daemon> services = new TreeMap<>();
    private final Host lighthouse = lab.host("l", 1);
    private final Host web = lab.host("w", 2);
    private final Host laptop = lab.host("p", 3);

    @BeforeEach
    void startTheLighthouse() throws IOException {
        for (String line :
                List.of(
                        "ca -name guides -version 1",
                        "sign -name lighthouse -networks 10.42.0.1/16",
                        "sign -name web -networks 10.42.0.2/16 -out-crt node.crt -out-key node.key",
                        "sign -name laptop -networks 10.42.0.3/16 -groups admin")) {
            run(lighthouse, "asterism-cert " + line);
        }
        write("lighthouse.yml", LIGHTHOUSE_CONFIG);
        start(lighthouse, "lighthouse", "exec asterism run --config lighthouse.yml");
    }

    @AfterEach
    void close() {
        lab.close();
        clone.close();
    }

    private void write(String name, String text) throws IOException {
        Path file = clone.folder().resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, here(text).replace("192.0.2.1", lighthouse.underlay()));
    }

    private String here(String text) {
        return text.replace("/etc/", clone.folder() + "/etc/");
    }

    /** With the programs on the path, and nothing of this test's own environment that they look at. */
    private List<String> commandLine(Host host, String text) {
        String variables =
                clone.environment().entrySet().stream()
                        .filter(one -> !one.getKey().equals("PATH"))
                        .map(one -> one.getKey() + "='" + one.getValue() + "' ")
                        .collect(Collectors.joining());
        return clone.shellOn(
                host, "export " + variables + " PATH=\"$PWD/bin:$PATH\"; " + here(text));
    }

    private Shell.Result tried(Host host, String text) {
        return Shell.run(commandLine(host, text));
    }

    private void run(Host host, String text) {
        Shell.Result result = tried(host, text);
        assertThat(result.exit()).as("%s gave %s", text, result.output()).isZero();
    }

    private void start(Host host, String name, String text) {
        try (LoadGate.Pass _ = LoadGate.starting()) {
            Path log = lab.folder().resolve(name + services.size() + ".log");
            Daemon service = lab.own(Daemon.start(commandLine(host, text), Map.of(), log));
            service.awaitLog(
                    name.equals("nebula") ? "interface is active" : "Control socket is open");
            services.put(name, service);
        }
    }

    private void stop(String name) {
        Daemon service = requireNonNull(services.remove(name), name);
        service.signal("TERM");
        service.awaitEnd();
    }

    private void awaitPing(Host from, String to) {
        Waits.until(
                "a ping to " + to,
                Duration.ofSeconds(30),
                () -> tried(from, "ping -c 1 -W 1 " + to).exit() == 0,
                () -> services.values().stream().map(Daemon::log).collect(Collectors.joining()));
    }

    @Test
    void theGuidesSeeWhatTheySay() throws IOException {
        write("web.yml", Documentation.blocks("docs/firewall.md", "yaml").getFirst());
        write("laptop.yml", LAPTOP_CONFIG.replace("/etc/nebula/", ""));
        start(web, "web", "exec asterism run --config web.yml");
        start(laptop, "laptop", "exec asterism run --config laptop.yml");
        awaitPing(laptop, "10.42.0.2");
        List<Command> commands = new ArrayList<>(Documentation.commands("docs/firewall.md"));
        commands.addAll(Documentation.commands("docs/troubleshooting.md"));
        commands.addAll(Documentation.commands("docs/operations.md"));
        commands.addAll(Documentation.commands("docs/control.md"));
        Documentation.commands("docs/revocation.md").stream()
                .filter(command -> !command.text().startsWith("asterism-cert "))
                .forEach(commands::add);
        assertThat(commands).hasSizeGreaterThan(20);
        Set<String> run = new LinkedHashSet<>();
        for (Command command : commands) {
            if (!run.add(command.text())) {
                continue; // several pages say it
            }
            Shell.Result result = tried(web, command.text());
            boolean refused = command.note().startsWith("# refused");
            assertThat(result.exit())
                    .as("%s: %s", command, result.output())
                    .isEqualTo(refused ? 1 : 0);
            if (command.text().startsWith("asterism why laptop")) {
                assertThat(result.output()).as("%s", command).contains("web.yml:");
            }
        }
    }

    @Test
    void aHostGoesFromNebulaToAsterismAndBack() throws IOException {
        Nebula.OLD.require();
        write("etc/nebula/config.yml", LAPTOP_CONFIG);
        write("etc/asterism/README", "the package makes this folder\n");
        run(laptop, "cp ca.crt laptop.crt laptop.key /etc/nebula/");
        startService("nebula");
        awaitPing(laptop, "10.42.0.1");
        List<Command> commands = Documentation.commands("docs/from-nebula.md");
        assertThat(commands).hasSizeGreaterThan(7);
        for (Command command : commands) {
            String[] words = command.text().split(" ");
            if (!words[0].equals("systemctl")) {
                run(laptop, command.text().replace("chgrp -R asterism", "chgrp -R 0"));
                continue;
            }
            if (words[1].equals("start")) {
                startService(words[2]);
                awaitPing(laptop, "10.42.0.1");
            } else {
                stop(words[2]);
            }
        }
        assertThat(services).containsKey("nebula").doesNotContainKey("asterism");
    }

    private void startService(String name) {
        // As the units say; nebula's path is that of this machine.
        String program =
                name.equals("nebula")
                        ? Nebula.OLD.startCommand(Path.of("/etc/nebula/config.yml")).getFirst()
                        : "asterism";
        start(laptop, name, "exec %s -config /etc/%s/config.yml".formatted(program, name));
    }
}
