package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code bin/asterism} and {@code bin/asterism-cert} on machines that give them little. Beside other classes, and one
 * after the other in their clone.
 */
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
@ResourceLock("LauncherIT")
class LauncherIT {

    /** Made by the shell: this JVM may run without a UTF-8 locale itself. */
    private static final String UMLAUTS = "u=$(printf 'Pr\\303\\274fung \\303\\237'); ";

    private static final String PREPARE =
            """
            bin/asterism-cert ca -name x && bin/asterism-cert sign -name node -networks 10.42.0.1/16 &&
            echo '
            pki: {ca: ca.crt, cert: node.crt, key: node.key}
            listen: {host: 127.0.0.1, port: 0}
            tun: {disabled: true}
            firewall: {outbound: [{port: any, proto: any, host: any}], inbound: []}
            ' >node.yml
            """;

    private static ScratchClone clone;

    @TempDir Path folder;

    @BeforeAll
    static void copy() {
        clone = new ScratchClone("clone").withoutCaches();
        assertThat(clone.run(PREPARE, Map.of())).isEqualTo(new Shell.Result(0, ""));
    }

    @AfterAll
    static void remove() {
        clone.close();
    }

    static Stream<Map<String, String>> locales() {
        return Stream.of(
                Map.of("LC_ALL", "C"),
                Map.of("LC_ALL", "POSIX"),
                Map.of("LANG", ""),
                Map.of("LANG", "de_DE.ISO-8859-1", "LC_CTYPE", ""),
                Map.of("LC_ALL", "xx_YY.UTF-8"));
    }

    @ParameterizedTest
    @MethodSource("locales")
    void acceptsEveryPathInEveryLocale(Map<String, String> locale) {
        Shell.Result result =
                clone.run(
                        UMLAUTS
                                + """
                                rm -rf "$u" && mkdir "$u" && cp -a bin node-agent cert-tool "$u" && cd "$u" && mkdir "$u" &&
                                bin/asterism-cert ca -name "$u" -out-crt "$u/ca.crt" -out-key "$u/ca.key" &&
                                bin/asterism-cert sign -name "$u" -networks 10.42.0.1/16 -ca-crt "$u/ca.crt" \
                                    -ca-key "$u/ca.key" -out-crt "$u/node.crt" -out-key "$u/node.key" &&
                                sed "s/: \\([a-z]*\\.[a-z]*\\)\\([,}]\\)/: '$u\\/\\1'\\2/g" ../node.yml >"$u/$u.yml" &&
                                bin/asterism run --test --config "$u/$u.yml" &&
                                bin/asterism-cert print -path "$u/node.crt"
                                """,
                        locale);

        assertThat(result.exit()).as(result.output()).isZero();
        assertThat(result.output())
                .contains("configuration ok: Pr\u00fcfung \u00df/Pr\u00fcfung \u00df.yml")
                .contains("\"name\": \"Pr\u00fcfung \u00df\"");
    }

    @ParameterizedTest
    @MethodSource("locales")
    void refusesWhatIsNotThereByItsFullName(Map<String, String> locale) {
        Shell.Result result = clone.run(UMLAUTS + "bin/asterism run --config \"$u.yml\"", locale);

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.output())
                .isEqualTo(
                        "error: %s/Pr\u00fcfung \u00df.yml: no config files found: no such file or directory\n"
                                .formatted(clone.folder()));
        assertThat(clone.run("bin/asterism run --config \"$(printf 'a\\374')\"", locale).output())
                .contains("a name that is not UTF-8 cannot be given here")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin/asterism run --config node.yml", "bin/asterism-cert keygen"})
    void saysInOneLineThatALimitIsTooLow(String call) {
        for (String limit : new String[] {"n 16", "v 400000"}) {
            String before = clone.run("ls -A", Map.of()).output();
            Shell.Result result = clone.run("ulimit -" + limit + "; exec " + call, Map.of());

            assertThat(result.exit()).as(result.output()).isEqualTo(1);
            assertThat(result.output())
                    .hasLineCount(1)
                    .contains("raise", "ulimit -" + limit.charAt(0));
            assertThat(clone.run("ls -A", Map.of()).output()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ulimit -n 64; bin/asterism run --test --config node.yml",
                "ulimit -n 32; bin/asterism-cert print -path node.crt",
                "ulimit -v 1400000; bin/asterism run --test --config node.yml",
                "ulimit -v 1000000; bin/asterism-cert print -path node.crt"
            })
    void getsAlongWithTheLeastThatItAsksFor(String call) {
        Shell.Result result = clone.run(call, Map.of());

        assertThat(result.exit()).as(result.output()).isZero();
    }

    @Test
    void raisesTheLimitOfOpenFilesToTheHardOne() {
        Path log = folder.resolve("log");
        try (Daemon agent =
                Daemon.start(
                        clone.shell(
                                "ulimit -Sn 20; ulimit -Hn 900; exec bin/asterism run --config node.yml"),
                        clone.environment(),
                        log)) {
            agent.awaitLog(Ours.AGENT.readyMark());

            assertThat(agent.limit("Max open files")).isEqualTo("900");
        }
    }

    /** What seals packets needs C2; what only answers handshakes and messages does without (ADR 0052). */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | lighthouse: {am_lighthouse: true}\\ntun: {disabled: true}",
                "1 | lighthouse:\\n  am_lighthouse: true\\ntun:\\n  disabled: true # no root",
                "4 | lighthouse: {am_lighthouse: true}\\ntun: {disabled: true}\\nrelay: {am_relay: true}",
                "4 | lighthouse: {am_lighthouse: true}\\ntun: {disabled: false}",
                "4 | lighthouse: {am_lighthouse: true}\\ntun: {disabled: true}\\nl7: {enabled: true}",
                "4 | lighthouse: {am_lighthouse: true}\\n# disabled: true",
                "4 | tun: {disabled: true}"
            })
    void takesC1AloneForALighthouseThatSealsNoPackets(int level, String sections) {
        Shell.Result result =
                clone.run(
                        """
                        { grep -v disabled node.yml; printf '%s\n'; } >role.yml &&
                        JDK_JAVA_OPTIONS=-XX:+PrintFlagsFinal bin/asterism run --test --config role.yml 2>&1
                        """
                                .formatted(sections),
                        Map.of());

        assertThat(result.output()).containsPattern(" TieredStopAtLevel += " + level + " ");
    }

    /** One thread without memory must not leave half a process behind. */
    @Test
    void asksTheJvmToEndWhenMemoryRunsOut() {
        try (Daemon agent =
                Daemon.start(
                        clone.shell("exec bin/asterism run --config node.yml"),
                        clone.environment(),
                        folder.resolve("log"))) {
            agent.awaitLog(Ours.AGENT.readyMark());

            assertThat(agent.commandLine())
                    .as("before -jar, as the program's own arguments come after it")
                    .containsSubsequence("-XX:+ExitOnOutOfMemoryError", "-jar", "run");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "state"})
    void leavesNoFilesInTheCurrentFolderWhenItCrashes(String state) {
        String where = state.isEmpty() ? clone.folder() + "/node-agent/target" : folder.toString();
        Map<String, String> environment = new HashMap<>(clone.environment());
        if (!state.isEmpty()) {
            environment.put("STATE_DIRECTORY", where + ":/nowhere");
        }
        Path log = folder.resolve("log");
        String before = clone.run("ls -A", Map.of()).output();
        try (Daemon agent =
                Daemon.start(
                        clone.shell("exec bin/asterism run --config node.yml"), environment, log)) {
            agent.awaitLog(Ours.AGENT.readyMark());
            agent.signal("SEGV");
            assertThat(agent.awaitEnd()).isNotZero();
        }

        assertThat(clone.run("ls -A", Map.of()).output()).isEqualTo(before);
        assertThat(clone.run("ls '" + where + "'/asterism-crash-*.log", Map.of()).exit()).isZero();
    }

    @Test
    void makesOneCacheWhenManyComeAtOnce() {
        try (ScratchClone fresh = new ScratchClone("fresh")) {
            Shell.Result result =
                    fresh.run(
                            """
                            for n in 1 2 3 4 5; do bin/asterism-cert keygen -out-key $n.key -out-pub $n.pub & done; wait
                            ls *.key *.pub | wc -l; cd cert-tool/target/lib; ls *.aot*; test -s asterism-cert.aot
                            """,
                            Map.of());

            assertThat(result)
                    .isEqualTo(
                            new Shell.Result(
                                    0,
                                    "10\nasterism-cert.aot\nasterism-cert.aot.lock\nasterism-cert.aot.log\n"));
            // Mandatory, and so an error if it did not fit.
            Shell.Result used =
                    fresh.run(
                            "bin/asterism-cert -version",
                            Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on"));
            assertThat(used.exit()).as(used.output()).isZero();
        }
    }
}
