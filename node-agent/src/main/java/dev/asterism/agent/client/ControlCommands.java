package dev.asterism.agent.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.agent.control.ControlSettings;
import dev.asterism.agent.control.SocketPlace;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.Strictness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Runs one verb: finds the agent, asks, prints. Answers go to standard output, problems to standard error. */
public final class ControlCommands {

    private static final Duration PATIENCE = Duration.ofSeconds(6);
    private static final long WATCH_NANOS = 1_000_000_000L;
    private static final int DIRECT_LOOKS = 60;
    private static final String CLEAR = "\033[H\033[2J";

    private final PrintStream out;
    private final PrintStream err;
    private final Screen screen;
    private final String version;

    /** The last answer came from the peer, on a direct path. */
    private boolean direct;

    /**
     * @param screen where {@code out} goes
     * @param version of this program
     */
    public ControlCommands(PrintStream out, PrintStream err, Screen screen, String version) {
        this.out = out;
        this.err = err;
        this.screen = screen;
        this.version = version;
    }

    /** Whether the command line is for a running agent. */
    public static boolean understands(String... args) {
        return args.length > 0 && VerbLine.isVerb(args[0]);
    }

    /** Returns the exit status. */
    public int run(String... args) {
        try {
            VerbLine line = VerbLine.parse(args);
            if (line.help()) {
                help();
                return ExitCode.OK;
            }
            String file = line.request().get("file");
            switch (line.verb()) {
                case "l7-check" -> {
                    return new FilterFileVerbs(out, err).check(Path.of(String.valueOf(file)));
                }
                case "l7-defaults" -> {
                    FilterFileVerbs files = new FilterFileVerbs(out, err);
                    return file == null ? files.defaults() : files.defaults(Path.of(file));
                }
                case "l7-import" -> {
                    return new ImportVerb(out, err).run(String.valueOf(file), System.in);
                }
                default -> {}
            }
            if (line.verb().equals("l7-tap")) {
                return tap(line);
            }
            if (line.watch()) {
                return watch(line);
            }
            int code = line.untilDirect() ? untilDirect(line) : once(line, "");
            return code == ExitCode.OK && out.checkError() ? ExitCode.NO : code;
        } catch (ClientFailure e) {
            err.print("asterism: " + e.getMessage() + "\n");
            return e.exitCode();
        }
    }

    private void help() {
        out.print(
                "Ask a running agent: asterism VERB [--json] [-w] [--no-color] [--socket PATH | --config PATH]\n\n");
        VerbLine.VERBS.forEach((verb, text) -> out.print("  %-34s %s\n".formatted(verb, text)));
        out.print(
                "\nExit status: 0 ok, 1 the answer is no, 2 usage, 3 agent not running, 4 permission, 5 timeout\n");
    }

    /** Asks once a second; a minute without a direct path is a no. */
    private int untilDirect(VerbLine line) {
        for (int i = 0; i < DIRECT_LOOKS; i++) {
            direct = false;
            int code = once(line, "");
            if (direct || code > ExitCode.NO || out.checkError()) {
                return code;
            }
            LockSupport.parkNanos(WATCH_NANOS);
        }
        err.print("asterism: no direct path after " + DIRECT_LOOKS + " attempts\n");
        return ExitCode.TIMEOUT;
    }

    /** Until the reader goes, or enough has come. */
    private int tap(VerbLine line) {
        LiveTap tap = new LiveTap(out, screen, line);
        try (AgentSocket socket = connect(line)) {
            while (!tap.isOver() && !out.checkError()) {
                String answer = socket.ask(request(line.verb(), tap.next()), PATIENCE);
                JsonValue parsed = parse(answer);
                if (!parsed.isTrue("ok")) {
                    if (line.json()) {
                        out.print(answer + "\n");
                    }
                    return refused(parsed.object("error"), line.json());
                }
                tap.show(answer, parsed.object("data"));
            }
        }
        return ExitCode.OK;
    }

    private int watch(VerbLine line) {
        while (true) {
            int code = once(line, screen.terminal() ? CLEAR : "");
            out.flush();
            if (code > ExitCode.NO || out.checkError()) {
                return code;
            }
            LockSupport.parkNanos(WATCH_NANOS);
        }
    }

    /**
     * @param before printed right before the answer, so that a screen is never empty while the agent is asked
     */
    private int once(VerbLine line, String before) {
        if (line.verb().equals("version") && !line.json()) {
            out.print("Version: " + version + "\n");
        }
        try (AgentSocket socket = connect(line)) {
            String answer = socket.ask(request(line.verb(), line.request()), PATIENCE);
            JsonValue parsed = parse(answer);
            if (line.json()) {
                out.print(before + answer + "\n");
            }
            if (!parsed.isTrue("ok")) {
                out.print(line.json() ? "" : before);
                return refused(parsed.object("error"), line.json());
            }
            JsonValue data = parsed.object("data");
            if (!line.json()) {
                Screen to = line.plain() ? screen.withoutColours() : screen;
                out.print(before + new Rendering(to, Instant.now()).render(line, data));
            }
            direct = data.isTrue("answered") && data.text("path").equals("direct");
            return verdict(line.verb(), data);
        } catch (ClientFailure e) {
            if (line.verb().equals("version")
                    && !line.json()
                    && e.exitCode() == ExitCode.NOT_RUNNING) {
                return ExitCode.OK; // that of this program was asked for as well
            }
            throw e;
        }
    }

    private static JsonValue parse(String answer) {
        try {
            return JsonValue.parse(answer);
        } catch (IOException e) {
            throw new ClientFailure(
                    ExitCode.NOT_RUNNING, "no agent answers there: " + e.getMessage());
        }
    }

    private int refused(JsonValue error, boolean json) {
        if (!json) {
            err.print("asterism: " + error.text("message") + "\n");
        }
        return switch (error.text("code")) {
            case "bad_request" -> ExitCode.USAGE;
            case "denied" -> ExitCode.NOT_PERMITTED;
            case "timeout", "busy" -> ExitCode.TIMEOUT;
            default -> ExitCode.NO;
        };
    }

    /** Some answers are a yes or a no. */
    private static int verdict(String verb, JsonValue data) {
        JsonValue last = data.find("last");
        boolean no =
                verb.equals("why") && !(last == null ? data : last).isTrue("admitted")
                        || verb.equals("l7-explain") && !data.isTrue("passes")
                        || verb.equals("ping") && !data.isTrue("answered")
                        || verb.equals("reload") && !data.isTrue("applied");
        return no ? ExitCode.NO : ExitCode.OK;
    }

    private static AgentSocket connect(VerbLine line) {
        if (line.socket() != null) {
            return AgentSocket.open(Path.of(line.socket()), PATIENCE);
        }
        return line.config() == null
                ? AgentSocket.find(SocketPlace.FOLDER, PATIENCE)
                : AgentSocket.open(configured(Path.of(line.config())), PATIENCE);
    }

    private static Path configured(Path config) {
        ConfigOutcome outcome = ConfigFiles.load(config, Strictness.REPORT);
        if (outcome instanceof ConfigOutcome.Refused refused) {
            throw VerbLine.usage(refused.problems().getFirst().toString());
        }
        OverlayConfig read = ((ConfigOutcome.Loaded) outcome).config();
        Path path =
                SocketPlace.find(
                        read.get(ControlSettings.SECTION).path(),
                        read.tun().dev(),
                        config,
                        System.getenv("RUNTIME_DIRECTORY"));
        if (path == null) {
            throw new ClientFailure(ExitCode.NOT_RUNNING, "the control socket is off in " + config);
        }
        return path;
    }

    private static byte[] request(String verb, Map<String, String> fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("v", 1);
            json.writeStringField("do", verb);
            for (Map.Entry<String, String> field : fields.entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }
}
