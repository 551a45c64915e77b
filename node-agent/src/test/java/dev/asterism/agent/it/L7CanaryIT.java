package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every block of commands of docs/l7-canary.md, in order, each on the machine that the text before it names. */
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
class L7CanaryIT {

    private static final Path PAGE = Path.of("..", "docs", "l7-canary.md");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern STEP =
            Pattern.compile("[Oo]n \\*\\*(\\S+?)\\*\\*|(?ms)^```sh\\n(.*?)^```$");

    /** What a reader leaves running: the last line of a block, with its log and the file of its process id. */
    private static final Pattern LEFT_RUNNING =
            Pattern.compile("(?m)^(.*) >(\\S+) 2>&1 &(?: echo \\$! >(\\S+))?\\n\\z");

    private record Block(String machine, String text) {}

    private record Expected(Predicate<String> output, String what) {}

    /** What the blocks print that print something, by a part of their text. */
    private static final Map<String, Expected> EXPECTED =
            Map.of(
                    "seq 1000",
                    new Expected(
                            output ->
                                    count(output, "version 1") + count(output, "version 2") == 1000
                                            && count(output, "version 2") >= 25
                                            && count(output, "version 2") <= 80,
                            "some 5 % of 1,000 users see version 2"),
                    "for try in 1 2 3",
                    new Expected(
                            output -> output.lines().distinct().count() == 1,
                            "one user sees one version"),
                    "l7 stat",
                    new Expected(
                            output -> output.contains("web") && output.contains("route-1"),
                            "the explanation names the route"),
                    "seq 50",
                    new Expected(
                            output ->
                                    count(output, "200") >= 45
                                            && count(output, "200") + count(output, "503") == 50,
                            "the failing node is left out"));

    @Test
    void readsAsItRuns() {
        for (String program : List.of("curl", "python3")) {
            if (Shell.find(program) == null) {
                System.err.println("SKIPPED: " + program + " is not on the PATH");
                Assumptions.abort(program + " is not on the PATH");
            }
        }
        try (NetLab lab = new NetLab();
                ScratchClone clone = new ScratchClone("clone").withoutCaches()) {
            Host desk = lab.host("desk", 1);
            Map<String, Host> machines =
                    Map.of(
                            "desk",
                            desk,
                            "web-1",
                            lab.host("web1", 2),
                            "web-2",
                            lab.host("web2", 3));
            List<Block> blocks = blocks();
            assertThat(blocks).hasSizeGreaterThan(10);
            int met = 0;
            for (Block block : blocks) {
                Host host = Objects.requireNonNull(machines.get(block.machine()), block.text());
                met += run(lab, clone, host, block, desk.underlay());
            }
            assertThat(met).as("blocks whose output was looked at").isEqualTo(EXPECTED.size());
        }
    }

    private static List<Block> blocks() {
        List<Block> found = new ArrayList<>();
        String machine = "";
        Matcher step = STEP.matcher(text(PAGE));
        while (step.find()) {
            if (step.group(1) != null) {
                machine = step.group(1);
            } else {
                found.add(new Block(machine, step.group(2)));
            }
        }
        return found;
    }

    /** 1 when the output was looked at. */
    private static int run(
            NetLab lab, ScratchClone clone, Host host, Block block, String lighthouse) {
        String text = block.text().replace("192.0.2.1", lighthouse);
        Matcher left = LEFT_RUNNING.matcher(text);
        if (left.find()) {
            assertThat(once(clone, host, text.substring(0, left.start())).exit()).as(text).isZero();
            start(lab, clone, host, left);
            return 0;
        }
        for (Map.Entry<String, Expected> each : EXPECTED.entrySet()) {
            if (text.contains(each.getKey())) {
                // What the page says comes "after a few seconds".
                Waits.until(
                        each.getValue().what(),
                        PATIENCE,
                        () -> each.getValue().output().test(once(clone, host, text).output()),
                        () -> once(clone, host, text).output());
                return 1;
            }
        }
        Shell.Result result = once(clone, host, text);
        assertThat(result.exit()).as("%s gave %s", text, result.output()).isZero();
        return 0;
    }

    private static void start(NetLab lab, ScratchClone clone, Host host, Matcher left) {
        String command = "exec " + left.group(1);
        String pid = left.group(3) == null ? "" : "echo $$ >" + left.group(3) + "; ";
        Path log = clone.folder().resolve(left.group(2));
        Daemon daemon =
                lab.own(Daemon.start(clone.shellOn(host, pid + command), clone.environment(), log));
        if (command.contains("asterism run")) {
            daemon.awaitLog(Ours.AGENT.readyMark());
            assertThat(daemon.log()).doesNotContain("level=WARN");
        }
    }

    private static Shell.Result once(ScratchClone clone, Host host, String lines) {
        List<String> command = new ArrayList<>(List.of("env"));
        clone.environment().forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(clone.shellOn(host, lines));
        return Shell.run(command);
    }

    /** How often {@code uniq -c} has counted that line. */
    private static int count(String output, String line) {
        Matcher counted =
                Pattern.compile("(?m)^\\s*(\\d+) " + Pattern.quote(line) + "$").matcher(output);
        return counted.find() ? Integer.parseInt(counted.group(1)) : 0;
    }

    private static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
