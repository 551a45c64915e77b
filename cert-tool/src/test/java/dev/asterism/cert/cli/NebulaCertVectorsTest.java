package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.net.Cidr;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Files, refusals and verdicts of the real nebula-cert 1.12.0. */
class NebulaCertVectorsTest {

    private static final String FOLDER = "nebula-cert-1.12.0";
    private final JsonNode index = readIndex();

    @TempDir Path temporary;

    @TestFactory
    Stream<DynamicTest> readsWhatTheToolWrote() {
        return certificateFiles().map(e -> test(e.getKey(), () -> checkFile(e)));
    }

    private static void checkFile(Map.Entry<String, JsonNode> file) throws CertificateException {
        CertificatePem.Reader reader = new CertificatePem.Reader(resource(file.getKey()));
        for (JsonNode expected : file.getValue().get("certificates")) {
            Certificate certificate = reader.next();

            assertThat(certificate.version()).isEqualTo(expected.get("version").asInt());
            assertThat(certificate.name()).isEqualTo(expected.get("name").asText());
            assertThat(certificate.fingerprint()).hasToString(expected.get("fingerprint").asText());
            assertThat(certificate.signedBytes().hex())
                    .isEqualTo(expected.get("signedBytes").asText());
            assertThat(certificate.handshakeForm().hex())
                    .isEqualTo(expected.get("handshakeForm").asText());
            assertThat(certificate.networks())
                    .map(Cidr::toString)
                    .isEqualTo(texts(expected.get("networks")));
            assertThat(certificate.groups()).isEqualTo(texts(expected.get("groups")));
        }
        assertThat(reader.atEnd()).isTrue();
    }

    @TestFactory
    Stream<DynamicTest> printsTheSameBytes() {
        return certificateFiles().map(e -> test(e.getKey(), () -> checkPrint(e.getKey())));
    }

    private void checkPrint(String file) throws IOException {
        ToolRun tool = freshTool().with(FOLDER, file);
        String base = file.replace(".crt", "");

        assertThat(tool.run("print", "-path", file).text())
                .isEqualTo(resource(base + ".print.txt"));
        assertThat(tool.run("print", "-json", "-path", file).text())
                .isEqualTo(resource(base + ".print.json"));
    }

    @TestFactory
    Stream<DynamicTest> makesTheSameFiles() {
        return calls("made")
                .filter(call -> texts(call.get("argv")).contains("-out-crt"))
                .map(call -> test(String.join(" ", argv(call)), () -> checkMade(call)));
    }

    private void checkMade(JsonNode call) throws IOException {
        ToolRun tool = toolFor(call);
        String[] argv = withVersion(argv(call));
        String file = after("-out-crt", argv);
        String stored = file.equals("-") ? "stdio.crt" : file;
        long notBefore = index.at("/files/" + stored + "/certificates/0/notBefore").asLong();

        ToolRun.Result result =
                tool.at(Instant.ofEpochSecond(notBefore)).runWithInput(resource("n1.pub"), argv);

        assertThat(result.stderr()).isEmpty();
        assertThat(result.exit()).isZero();
        String pem = file.equals("-") ? result.text() : tool.file(file);
        String base = stored.replace(".crt", ".print.json");
        assertThat(withoutKeys(tool.runWithInput(pem, "print", "-json", "-path", "-").text()))
                .isEqualTo(withoutKeys(resource(base)));
        String key = after("-out-key", argv);
        if (!key.isEmpty()) {
            assertThat(tool.file(key)).startsWith(firstLine(resource(key)));
            if (tool.file(key).contains("ENCRYPTED")) {
                checkEncrypted(tool, argv, call.at("/env/NEBULA_CA_PASSPHRASE").asText());
            }
        }
        checkVerified(tool, argv, pem);
    }

    /** What we made, we read. */
    private static void checkEncrypted(ToolRun tool, String[] argv, String passphrase) {
        ToolRun.Result signed =
                tool.knowing(passphrase)
                        .run(
                                "sign",
                                "-ca-crt",
                                after("-out-crt", argv),
                                "-ca-key",
                                after("-out-key", argv),
                                "-name",
                                "one",
                                "-networks",
                                "10.1.1.1/8");
        assertThat(signed.stderr()).isEmpty();
    }

    private static void checkVerified(ToolRun tool, String[] argv, String pem) {
        if (argv[0].equals("sign")) {
            ToolRun.Result verified =
                    tool.runWithInput(pem, "verify", "-ca", after("-ca-crt", argv), "-crt", "-");
            assertThat(verified.stderr()).isEmpty();
        }
    }

    private static String after(String flag, String... argv) {
        int at = List.of(argv).indexOf(flag);
        return at < 0 ? "" : argv[at + 1];
    }

    private static String firstLine(String text) {
        return text.substring(0, text.indexOf('\n') + 1);
    }

    /** What cannot be the same twice, and times, as the real tool cut them at another moment. */
    private static String withoutKeys(String json) {
        return json.replaceAll(
                "\"(publicKey|signature|fingerprint|issuer|notAfter)\":\"[^\"]*\"", "\"$1\"");
    }

    @TestFactory
    Stream<DynamicTest> refusesTheSameCallsWithTheSameWords() {
        return calls("refused").map(call -> test(nameOf(call), () -> checkRefused(call)));
    }

    private void checkRefused(JsonNode call) throws IOException {
        ToolRun.Result result =
                toolFor(call).with(FOLDER, existingOutputs(call)).run(withVersion(argv(call)));

        // Nebula says some things twice, and where this tool gives a hint, it prints the usage.
        String said = call.get("stderr").asText().stripTrailing();
        int error = said.indexOf("Error: ");
        assertThat(result.complaint().substring(Math.max(0, result.complaint().indexOf("Error: "))))
                .isEqualTo(error < 0 ? "Error: " + said : said.substring(error));
        assertThat(result.complaint()).startsWith(said.startsWith("Enter") ? "Enter" : "Error");
        assertThat(result.exit()).isEqualTo(call.get("exit").asInt());
        assertThat(result.text()).isEqualTo(call.get("stdout").asText());
        if (!call.path("usageOf").asText("").isEmpty()) {
            assertThat(result.stderr().lines()).hasSize(2).last().asString().contains(" -h\"");
        }
    }

    private String[] existingOutputs(JsonNode call) {
        String why = call.get("why").asText();
        String[] argv = argv(call);
        return Stream.of("-out-crt", "-out-key", "-out-pub")
                .map(flag -> after(flag, argv))
                .filter(file -> why.contains("exists") && index.get("files").has(file))
                .toArray(String[]::new);
    }

    /** The default of {@code ca} is 1 for now. */
    private static String[] withVersion(String... argv) {
        List<String> words = new ArrayList<>(List.of(argv));
        if (words.contains("ca") && words.contains("-name") && !words.contains("-version")) {
            words.addAll(1, List.of("-version", "2"));
        }
        return words.toArray(String[]::new);
    }

    @TestFactory
    Stream<DynamicTest> verifiesTheSameCertificates() {
        return calls("verify").map(call -> test(nameOf(call), () -> checkVerdict(call)));
    }

    private void checkVerdict(JsonNode call) throws IOException {
        ToolRun.Result result = toolFor(call).run(argv(call));

        assertThat(result.stderr().stripTrailing())
                .isEqualTo(call.get("stderr").asText().stripTrailing());
        assertThat(result.text()).isEqualTo(call.get("stdout").asText());
        assertThat(result.exit()).isEqualTo(call.get("exit").asInt());
    }

    private Stream<Map.Entry<String, JsonNode>> certificateFiles() {
        return index.get("files").properties().stream()
                .filter(e -> e.getValue().get("kind").asText().equals("certificates"));
    }

    /** With the files that the call reads, and the passphrase that it knows. */
    private ToolRun toolFor(JsonNode call) throws IOException {
        String[] argv = argv(call);
        String[] inputs =
                Stream.of("-ca", "-crt", "-ca-crt", "-ca-key", "-in-pub", "-path")
                        .map(flag -> after(flag, argv))
                        .filter(file -> index.get("files").has(file) || file.equals("empty.crt"))
                        .distinct()
                        .toArray(String[]::new);
        return freshTool()
                .knowing(call.at("/env/NEBULA_CA_PASSPHRASE").asText(""))
                .with(FOLDER, inputs);
    }

    @FunctionalInterface
    private interface Check {
        void run() throws IOException, CertificateException;
    }

    private static DynamicTest test(String name, Check check) {
        return DynamicTest.dynamicTest(name, check::run);
    }

    private ToolRun freshTool() throws IOException {
        return new ToolRun(Files.createTempDirectory(temporary, "call"));
    }

    private Stream<JsonNode> calls(String kind) {
        return StreamSupport.stream(index.get(kind).spliterator(), false);
    }

    private static String nameOf(JsonNode call) {
        return call.get("why").asText() + ": " + String.join(" ", argv(call));
    }

    private static String[] argv(JsonNode call) {
        return texts(call.get("argv")).toArray(String[]::new);
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
    }

    private static String resource(String name) {
        try (InputStream in =
                NebulaCertVectorsTest.class.getResourceAsStream("/" + FOLDER + "/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode readIndex() {
        try {
            return new ObjectMapper().readTree(resource("index.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
