package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others, and reloads, do to the device of a running agent. */
@Execution(ExecutionMode.CONCURRENT)
class DeviceIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "link set neb0 down",
                "addr flush dev neb0",
                "route del 10.42.0.0/24 dev neb0",
                "link set neb0 mtu 1200",
                "link del neb0"
            })
    void carriesOnAfterAnotherProgramChangedTheDevice(String change) {
        changed(change, "{dev: neb0, mtu: 1300}", "");
    }

    @Test
    void carriesOnWithSeveralQueuesAfterTheDeviceWasDeleted() {
        changed("link del neb0", "{dev: neb0, mtu: 1300}", "routines: 2\n");
    }

    @Test
    void carriesOnWithoutOffloadsAfterTheDeviceWasDeleted() {
        changed("link del neb0", "{dev: neb0, mtu: 1300, use_offloads: false}", "");
    }

    private static void changed(String change, String tun, String section) {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 1);
            NamespaceNode b = mesh.node(Ours.AGENT, 2);
            mesh.acquaint(a, b);
            a.config().tun(tun);
            a.config().section(section);
            mesh.start();
            mesh.check(() -> Ping.once(a, b.overlay(), 20));
            PairFlow flow = mesh.lab().own(new PairFlow(a, b));
            mesh.check(() -> flow.awaitBothWays(SETTLE));
            int handshakes = handshakesBegun(a, b);
            String before = state(a);

            long begun = System.nanoTime();
            a.host().ip(change + "\n");
            a.daemon().awaitLog("Another program changed the tun device");
            long millis = flow.millisToFlow(begun, SETTLE);
            System.out.println(change + ": traffic both ways after " + millis + " ms");
            mesh.check(() -> assertThat(flow.flowsAfter(begun)).isTrue());

            Waits.until("as before", SETTLE, () -> state(a).equals(before), () -> state(a));
            mesh.check(
                    () -> {
                        assertThat(handshakesBegun(a, b))
                                .as("the tunnels are the same")
                                .isEqualTo(handshakes);
                        assertThat(a.daemon().countInLog("Another program changed")).isEqualTo(1);
                    });
        }
    }

    /** Both sides may begin at once, and the second of the two may still be answered while the device goes. */
    private static int handshakesBegun(NamespaceNode a, NamespaceNode b) {
        String begun = "Handshake message sent";
        return a.daemon().countInLog(begun) + b.daemon().countInLog(begun);
    }

    @Test
    void reloadsRoutesMtuMarkAndBuffers() {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 1);
            NamespaceNode b = mesh.router(2, "192.168.77.0/24");
            mesh.acquaint(a, b);
            mesh.start();
            String before = state(a);

            a.config()
                    .tun(
                            "{dev: neb0, mtu: 1280, routes: [{mtu: 1290, route: 10.42.0.128/25}],"
                                    + " unsafe_routes: [{route: 192.168.77.0/24, via: 10.42.0.2, metric:"
                                    + " 9}]}")
                    .listen("so_mark: 7, write_buffer: 1000000");
            a.reload();
            a.daemon().awaitLog("Config reload complete");
            mesh.check(
                    () ->
                            assertThat(state(a))
                                    .contains(
                                            "192.168.77.0/24 scope link metric 9 mtu 1280",
                                            "10.42.0.128/25 scope link mtu 1290",
                                            "src 10.42.0.1 mtu 1280",
                                            "mtu 1290 qdisc"));

            a.config().tun("{dev: neb0, mtu: 1300}").listen("so_mark: 0");
            a.reload();
            Waits.until(
                    "the second reload",
                    SETTLE,
                    () -> a.daemon().countInLog("Config reload complete") == 2,
                    () -> a.daemon().log());
            mesh.check(
                    () -> {
                        assertThat(state(a)).isEqualTo(before);
                        assertThat(a.daemon().log()).doesNotContain("requires a restart");
                    });
        }
    }

    @Test
    void aReloadThatTheKernelRefusesChangesNothing() {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 1);
            NamespaceNode b = mesh.node(Ours.AGENT, 2);
            mesh.acquaint(a, b);
            mesh.start();
            String before = state(a);

            // IPv6 needs 1280 bytes of its link.
            a.reload(
                    a.config()
                            .tun(
                                    "{dev: neb0, mtu: 1000, unsafe_routes: [{route: fd77::/64, via:"
                                            + " 10.42.0.2}]}")
                            .render());

            a.daemon().awaitLog("Config reload failed: add route fd77::/64");
            mesh.check(() -> assertThat(state(a)).isEqualTo(before));
        }
    }

    @Test
    void warnsOfTheHostsOwnNetworksAndLeavesThemAsTheyWereEvenWhenKilled() {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 1);
            NamespaceNode b = mesh.router(2, "0.0.0.0/0");
            mesh.acquaint(a, b);
            a.host().ip("link add lan0 type veth peer name lan1\naddr add 192.0.2.1/24 dev lan0\n");
            a.host().ip("link set lan0 up\nlink set lan1 up\n");
            String before = routes(a);
            a.config()
                    .tun(
                            "{dev: neb0, unsafe_routes: [{route: 0.0.0.0/0, via: 10.42.0.2}, {route:"
                                    + " 192.0.2.0/24, via: 10.42.0.2}]}");
            mesh.start();

            mesh.check(
                    () ->
                            assertThat(a.daemon().log())
                                    .containsPattern(
                                            "0\\.0\\.0\\.0/0 takes precedence over this host.s default.*u0")
                                    .containsPattern("192\\.0\\.2\\.0/24 goes before.*lan0"));
            Shell.Result test =
                    Shell.run(
                            a.host()
                                    .commandLine(
                                            Ours.command(
                                                    "run",
                                                    "--test",
                                                    "--config",
                                                    a.configFile().toString())));
            assertThat(test.exit()).isZero();
            assertThat(test.output()).contains("takes precedence over", "u0", "lan0");
            assertThat(a.host().run("ip", "route", "get", "192.0.2.9").output()).contains("neb0");

            a.kill();

            Waits.until("the device is gone", SETTLE, () -> routes(a).equals(before));
        }
    }

    private static String routes(NamespaceNode node) {
        return node.host().run("ip", "route", "show").output();
    }

    /** But for the index, another one after each making. */
    private static String state(NamespaceNode node) {
        String link = node.host().run("ip", "addr", "show", "dev", "neb0").output();
        return link.replaceFirst("^[0-9]+: ", "")
                + node.host().run("ip", "-4", "route", "show", "dev", "neb0").output()
                + node.host().run("ip", "-6", "route", "show", "dev", "neb0").output();
    }
}
