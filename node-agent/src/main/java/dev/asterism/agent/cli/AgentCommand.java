package dev.asterism.agent.cli;

import dev.asterism.agent.app.Agent;
import dev.asterism.agent.enrol.EnrolCommand;
import dev.asterism.agent.training.TrainingRun;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.text.ProductVersion;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code asterism run --config FILE|DIR}, and Nebula's spelling {@code asterism -config FILE|DIR
 * [-test]}. Exit codes: 0 ok, 1 stopped by a failure, 2 usage or configuration; a wrong command
 * line is answered in two lines. The commands are described without annotations: reading those
 * costs a tenth of a second at every start.
 */
final class AgentCommand {

    private final PrintStream out;
    private final PrintStream err;

    AgentCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    int run(String... args) {
        CommandSpec top = agentOptions(CommandSpec.create().name("asterism"));
        top.usageMessage().description("An overlay mesh that speaks Nebula's protocol.");
        top.usageMessage()
                .footer("To ask a running agent (status, peers, why ...): asterism status --help");
        top.addOption(flag("Print the version and exit.", "-version", "--version", "-V"));
        CommandSpec run = agentOptions(CommandSpec.create());
        run.usageMessage().description("Run the agent.");
        top.addSubcommand("run", run);
        CommandSpec training = CommandSpec.create();
        training.usageMessage()
                .description(
                        "Start two nodes on the loopback interface and let them meet; exit 0 when they did.");
        training.addOption(flag("Run the L7 filter, too.", "--l7"));
        training.addOption(flag("Show this help and exit.", "-help", "--help", "-h"));
        top.addSubcommand("training-run", training);
        addEnrolment(top);
        CommandLine line = new CommandLine(top);
        line.setOverwrittenOptionsAllowed(true); // the last one counts, as in Go
        line.setPosixClusteredShortOptionsAllowed(false);
        try {
            return execute(line.parseArgs(args));
        } catch (CommandLine.ParameterException e) {
            return new WrongCommandLine(e).report(err);
        }
    }

    /** For the help only: {@link EnrolCommand} reads these command lines. */
    private static void addEnrolment(CommandSpec top) {
        CommandSpec enrol = CommandSpec.create();
        enrol.usageMessage().description("Get a certificate with a token; enroll --help says how.");
        top.addSubcommand("enroll", enrol);
        CommandSpec renew = CommandSpec.create();
        renew.usageMessage()
                .description("Renew such a certificate where no agent runs, for stock Nebula.");
        top.addSubcommand("renew", renew);
    }

    private static CommandSpec agentOptions(CommandSpec spec) {
        spec.addOption(
                OptionSpec.builder("-config", "--config")
                        .paramLabel("FILE|DIR")
                        .type(String.class)
                        .description("Configuration file, or a folder of *.yml and *.yaml.")
                        .build());
        spec.addOption(flag("Check the configuration and exit.", "-test", "--test"));
        spec.addOption(
                flag("Print every value with its origin and exit.", "--print-effective-config"));
        spec.addOption(flag("Only report unknown keys and doubtful values.", "--lenient"));
        spec.addOption(flag("Show this help and exit.", "-help", "--help", "-h"));
        return spec;
    }

    private static OptionSpec flag(String description, String first, String... others) {
        String[] names = new String[others.length + 1];
        names[0] = first;
        System.arraycopy(others, 0, names, 1, others.length);
        return OptionSpec.builder(names).type(boolean.class).description(description).build();
    }

    private int execute(ParseResult top) {
        ParseResult parsed = top.hasSubcommand() ? top.subcommand() : top;
        if (isSet(parsed, "--help") || isSet(top, "--help")) {
            PrintWriter writer = new PrintWriter(out, false, Charset.defaultCharset());
            parsed.commandSpec().commandLine().usage(writer);
            writer.flush();
            return Agent.OK;
        }
        if (isSet(top, "--version")) {
            out.println("Version: " + ProductVersion.get());
            return Agent.OK;
        }
        if (parsed.commandSpec().name().equals("training-run")) {
            return TrainingRun.run(isSet(parsed, "--l7"));
        }
        if (EnrolCommand.understands(parsed.commandSpec().name())) {
            throw new CommandLine.ParameterException(
                    parsed.commandSpec().commandLine(),
                    parsed.commandSpec().name() + " comes first on the command line");
        }
        boolean lenient = isSet(parsed, "--lenient") || isSet(top, "--lenient");
        Agent agent =
                new Agent(
                        config(parsed, top), lenient ? Strictness.REPORT : Strictness.REFUSE, err);
        if (isSet(parsed, "--print-effective-config") || isSet(top, "--print-effective-config")) {
            return agent.printConfig(out);
        }
        return isSet(parsed, "--test") || isSet(top, "--test") ? agent.test() : agent.run();
    }

    private static boolean isSet(ParseResult parsed, String option) {
        return parsed.commandSpec().findOption(option) != null
                && parsed.matchedOptionValue(option, false);
    }

    private static Path config(ParseResult parsed, ParseResult top) {
        CommandLine line = parsed.commandSpec().commandLine();
        for (ParseResult source : List.of(parsed, top)) {
            String given = source.matchedOptionValue("--config", (String) null);
            if (given != null) {
                try {
                    return Path.of(given);
                } catch (InvalidPathException e) {
                    throw new CommandLine.ParameterException(
                            line, "the path " + given + " cannot be used: " + e.getReason());
                }
            }
        }
        String beside = System.getProperty("asterism.home", "");
        for (String name : List.of("config.yaml", "config.yml")) {
            Path candidate = Path.of(beside, name);
            if (!beside.isEmpty() && Files.exists(candidate)) {
                return candidate;
            }
        }
        throw new CommandLine.ParameterException(
                line,
                "no configuration: -config is missing"
                        + (beside.isEmpty()
                                ? ""
                                : ", and neither config.yaml nor config.yml is in " + beside));
    }
}
