package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.it.Documentation.Command;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every command that README.md, CONTRIBUTING.md and docs/first-hour.md print, as printed, in a copy
 * of the clone; those about packages are for scripts/package-check. Two kinds are only looked at, as
 * each would take minutes and is what runs this test: {@code ./demo}, {@code ./verify} and, with all of
 * docs/benchmarks/README.md, {@code ./bench} must know their options, and the tests that Maven is
 * told to run must exist.
 */
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
class DocumentedCommandsIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Duration DEMO_PATIENCE = Duration.ofMinutes(5);
    private static final Pattern OPTION = Pattern.compile("\\s(--[a-z]+)");
    private static final Pattern MODULE = Pattern.compile("-pl (\\S+)");
    private static final Pattern TESTS = Pattern.compile("-D(?:it\\.)?test='?([^\\s']+)'?");
    private static final Pattern LONG =
            Pattern.compile(
                    "(?:sudo )?(?:\\w+=\\S+ )*(?:\\./(?:demo|verify|bench|package)|benchmarks/start"
                            + "|python3 benchmarks/).*");
    private static final Pattern BEFORE_PROGRAM =
            Pattern.compile("^(?:sudo )?(?:\\w+=\\S+ )*(?:python3 )?");
    // scripts/package-check runs these, as they are for a machine with the package.
    private static final Pattern PACKAGED = Pattern.compile("(?:dpkg|asterism|chown|systemctl) .*");
    private static final String BENCHMARKS = "docs/benchmarks/README.md";
    private static final Pattern MESH =
            Pattern.compile("(?:sudo )?bin/asterism.*|sed 's.*|ping .*");
    private static final Pattern IN_DEMO = Pattern.compile("(?:nsenter|grep|cat|sed -i|kill) .*");

    @Test
    void knowsWhichTestRunsEachCommand() {
        for (String file : Documentation.FILES) {
            for (Command command : Documentation.commands(file)) {
                long kinds =
                        Stream.of(
                                        LONG,
                                        MESH,
                                        IN_DEMO,
                                        PACKAGED,
                                        Pattern.compile("mvn .*|export JAVA_HOME.*"))
                                .filter(kind -> kind.matcher(command.text()).matches())
                                .count();
                assertThat(kinds).as("tests that run %s", command).isEqualTo(1);
            }
        }
    }

    @Test
    void theLongCommandsKnowTheirOptions() {
        try (ScratchClone clone = new ScratchClone("clone").withoutCaches()) {
            for (String file : Documentation.FILES) {
                List<Command> all = new ArrayList<>(Documentation.inline(file, "./", "sudo ./"));
                all.addAll(Documentation.inline(file, "benchmarks/start"));
                Documentation.commands(file).stream()
                        .filter(command -> LONG.matcher(command.text()).matches())
                        .forEach(all::add);
                all.forEach(command -> checkOptions(clone, command));
            }
            List<Command> measuring =
                    Documentation.commands(BENCHMARKS).stream()
                            .filter(command -> LONG.matcher(command.text()).matches())
                            .toList();
            // One more fetches and builds another project.
            assertThat(measuring).hasSize(Documentation.commands(BENCHMARKS).size() - 1);
            measuring.forEach(command -> checkOptions(clone, command));
        }
    }

    private static void checkOptions(ScratchClone clone, Command command) {
        String program = BEFORE_PROGRAM.matcher(command.text()).replaceFirst("").split(" ")[0];
        boolean python = program.endsWith(".py");
        assertThat(clone.folder().resolve(program)).as("%s", command).isRegularFile();
        assertThat(python || Files.isExecutable(clone.folder().resolve(program)))
                .as("%s", command)
                .isTrue();
        String source =
                program.equals("./bench")
                        ? clone.run("cat bench benchmarks/harness/main.py", Map.of()).output()
                        : clone.run((python ? "python3 -B " : "") + program + " --help", Map.of())
                                .output();
        Matcher option = OPTION.matcher(command.text());
        while (option.find()) {
            assertThat(source).as("%s", command).contains(option.group(1));
        }
    }

    @Test
    void theTestsThatMavenIsToldToRunExist() throws IOException {
        for (String file : Documentation.FILES) {
            List<Command> all = new ArrayList<>(Documentation.inline(file, "mvn "));
            Documentation.commands(file).stream()
                    .filter(command -> command.text().startsWith("mvn "))
                    .forEach(all::add);
            for (Command command : all) {
                checkTests(command);
            }
        }
    }

    private static void checkTests(Command command) throws IOException {
        Matcher module = MODULE.matcher(command.text());
        if (!module.find()) {
            return;
        }
        Path folder = ROOT.resolve(module.group(1));
        assertThat(folder.resolve("pom.xml")).as("%s", command).exists();
        assertThat(command.text()).as("works on a new clone").doesNotContain("mvn -o");
        Matcher tests = TESTS.matcher(command.text());
        while (tests.find()) {
            String name = tests.group(1);
            if (!name.equals("None")) {
                PathMatcher matcher =
                        FileSystems.getDefault().getPathMatcher("glob:**/" + name + ".java");
                try (Stream<Path> files = Files.walk(folder.resolve("src/test"))) {
                    assertThat(files.filter(matcher::matches)).as("%s", command).isNotEmpty();
                }
            }
        }
    }

    @Test
    void theVariableForMavenNamesAJdk() {
        try (ScratchClone clone = new ScratchClone("clone").withoutCaches()) {
            List<Command> exports =
                    Documentation.commands("docs/first-hour.md").stream()
                            .filter(command -> command.text().startsWith("export JAVA_HOME"))
                            .toList();
            assertThat(exports).isNotEmpty();
            for (Command command : exports) {
                Shell.Result result =
                        clone.run(
                                command.text() + "; \"$JAVA_HOME/bin/javac\" --version", Map.of());
                assertThat(result.output()).as("%s", command).startsWith("javac ");
            }
        }
    }

    @Test
    void theMachinesOfTheFirstHourReachEachOther() {
        try (NetLab lab = new NetLab();
                ScratchClone clone = new ScratchClone("clone").withoutCaches()) {
            Host lighthouse = lab.host("l", 1);
            DocumentedMachine machines =
                    new DocumentedMachine(
                            lab, clone, lighthouse, lab.host("n", 2), lighthouse.underlay());
            Documentation.commands("docs/first-hour.md").stream()
                    .filter(command -> MESH.matcher(command.text()).matches())
                    .forEach(machines::run);
            assertThat(machines.started()).isEqualTo(2);
        }
    }

    @Test
    void theNodeOfTheReadmeStarts() throws IOException {
        try (NetLab lab = new NetLab();
                ScratchClone clone = new ScratchClone("clone").withoutCaches()) {
            Files.writeString(
                    clone.folder().resolve("node.yml"),
                    Documentation.blocks("README.md", "yaml").getFirst());
            Host host = lab.host("n", 1);
            DocumentedMachine machine = new DocumentedMachine(lab, clone, host, host, "192.0.2.1");
            Documentation.commands("README.md").stream()
                    .filter(command -> MESH.matcher(command.text()).matches())
                    .forEach(machine::run);
            assertThat(machine.started()).isEqualTo(2);
        }
    }

    @Test
    void theFirstHourSeesWhatItSaysInsideTheDemo() {
        NetLab.requireRights();
        try (ScratchClone clone = new ScratchClone("clone").withoutCaches()) {
            Path log = clone.folder().resolve("demo.log");
            // Whoever runs the tests in the background of a script has SIGINT ignored, and so would
            // the demo.
            try (Daemon demo =
                    Daemon.start(
                            clone.shell("exec env --default-signal=INT ./demo"),
                            clone.environment(),
                            log)) {
                Waits.until(
                        "the demo's mesh",
                        DEMO_PATIENCE,
                        () -> demo.log().contains("The mesh stays up until Ctrl-C"),
                        demo::log);
                Matcher enter = Pattern.compile("(nsenter --target .*) bash").matcher(demo.log());
                assertThat(enter.find()).as(demo.log()).isTrue();
                for (Command command : Documentation.commands("docs/first-hour.md")) {
                    if (IN_DEMO.matcher(command.text()).matches()) {
                        runInDemo(enter.group(1), command);
                    }
                }
                demo.signal("INT");
                demo.awaitEnd();
            }
        }
    }

    /** Those of which the text says that they are refused must fail. What the log says may take a moment. */
    private static void runInDemo(String enter, Command command) {
        List<String> line = new ArrayList<>(List.of(enter.split(" ")));
        line.addAll(List.of("bash", "-c", command.text()));
        if (command.note().contains("refused")) {
            assertThat(Shell.run(line).exit()).as("%s", command).isNotZero();
        } else {
            Waits.until(
                    command.toString(),
                    Duration.ofSeconds(30),
                    () -> Shell.run(line).exit() == 0,
                    () -> Shell.run(line).output());
        }
    }
}
