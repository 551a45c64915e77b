package dev.asterism.agent.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code asterism l7 import FILE}. */
class ImportVerbTest {

    private static final String ROUTE =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: orders}
            spec:
              parentRefs: [{group: "", kind: Service, name: orders}]
              rules:
              - backendRefs: [{name: orders, port: 8080, weight: 9}, {name: orders-v2, port: 8080, weight: 1}]
            """;

    @TempDir Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void printsASectionThatCheckAccepts() throws IOException {
        Path file = write("route.yaml", ROUTE);

        assertThat(run("l7", "import", file.toString())).isZero();
        assertThat(err.toString(UTF_8)).isEmpty();
        String section = out.toString(UTF_8);
        assertThat(section).contains("split: {orders: 9, orders-v2: 1}", "# " + file + ":7");
        Path printed = write("l7.yml", section);
        out.reset();
        assertThat(run("l7", "check", printed.toString())).isZero();
        assertThat(out.toString(UTF_8)).startsWith("l7 ok: enabled, serves 0, calls 1, 1 routes");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void tellsWhatItLeavesOutAndPrintsTheRest() throws IOException {
        Path file = write("route.yaml", ROUTE + "    filters: [{type: CORS, cors: {}}]\n");

        assertThat(run("l7", "import", file.toString())).isEqualTo(ExitCode.NO);
        assertThat(err.toString(UTF_8))
                .isEqualTo(
                        "warning: "
                                + file
                                + ":8:22: spec.rules[0].filters[0].type: the filter CORS is not"
                                + " supported (the application answers to CORS, or response_headers do)\n");
        assertThat(out.toString(UTF_8))
                .contains("# not carried over: " + file + ":8", "split: {orders: 9");
    }

    @Test
    void readsStandardInput() {
        ImportVerb verb = new ImportVerb(stream(out), stream(err));

        assertThat(verb.run("-", new ByteArrayInputStream(ROUTE.getBytes(UTF_8)))).isZero();
        assertThat(out.toString(UTF_8)).contains("orders:", "# (standard input):7");
        byte[] long_ = "#".repeat(5 * 1024 * 1024).getBytes(UTF_8);
        assertThat(verb.run("-", new ByteArrayInputStream(long_))).isEqualTo(ExitCode.NO);
        assertThat(err.toString(UTF_8)).contains("it is longer than 4096 KiB");
    }

    @Test
    void whatCannotBeReadIsAnError() throws IOException {
        Path none = folder.resolve("none.yaml");
        Path broken = write("broken.yaml", "a: [\n");
        Path other = write("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n");

        assertThat(run("l7", "import", none.toString())).isEqualTo(ExitCode.NO);
        assertThat(run("l7", "import", folder.toString())).isEqualTo(ExitCode.NO);
        assertThat(run("l7", "import", broken.toString())).isEqualTo(ExitCode.NO);
        assertThat(run("l7", "import", other.toString())).isEqualTo(ExitCode.NO);
        assertThat(out.toString(UTF_8)).isEmpty();
        assertThat(err.toString(UTF_8))
                .contains(
                        "error: " + none + ": cannot be read: no such file or directory\n",
                        "error: " + folder + ": cannot be read: it is a directory",
                        "error: " + broken + ":2:1: not YAML: ",
                        "error: " + other + ":1:1: there is no HTTPRoute, GRPCRoute,");
    }

    @Test
    void wrongLinesAreUsage() {
        assertThat(run("l7", "import")).isEqualTo(ExitCode.USAGE);
        assertThat(run("l7", "import", "a", "b")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(UTF_8))
                .contains("write l7 import FILE, or - for standard input", "unexpected argument b");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private int run(String... words) {
        return new ControlCommands(
                        stream(out), stream(err), new Screen(false, false, Screen.USUAL_WIDTH), "9")
                .run(words);
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, UTF_8);
    }
}
