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
    private static final String[] INPUTS = {
        "ca-v1-25519.crt",
        "ca-v1-25519.key",
        "ca-v1-limited.crt",
        "ca-v1-limited.key",
        "n1-v1.crt",
        "n2-v1.crt",
        "n3-v1.crt",
        "escape-v1.crt",
        "lim-v1.crt",
        "n1.key",
        "n1.pub",
        "p1.pub",
        "empty.crt",
        "hand-unknown-version.crt"
    };

    private final JsonNode index = readIndex();

    @TempDir Path temporary;

    @TestFactory
    Stream<DynamicTest> readsWhatTheToolWrote() {
        return index.get("files").properties().stream()
                .map(e -> test(e.getKey(), () -> checkFile(e)));
    }

    private static void checkFile(Map.Entry<String, JsonNode> file) throws CertificateException {
        String pem = resource(file.getKey());
        Certificate certificate = CertificatePem.readFirst(pem);
        JsonNode expected = file.getValue().get("certificates").get(0);

        assertThat(CertificatePem.encode(certificate)).isEqualTo(pem);
        assertThat(certificate.name()).isEqualTo(expected.get("name").asText());
        assertThat(certificate.fingerprint()).hasToString(expected.get("fingerprint").asText());
        assertThat(certificate.signedBytes().hex()).isEqualTo(expected.get("signedBytes").asText());
        assertThat(certificate.handshakeForm().hex())
                .isEqualTo(expected.get("handshakeForm").asText());
        assertThat(certificate.networks())
                .map(Cidr::toString)
                .isEqualTo(texts(expected.get("networks")));
        assertThat(certificate.groups()).isEqualTo(texts(expected.get("groups")));
    }

    @TestFactory
    Stream<DynamicTest> printsTheSameBytes() {
        return index.get("files").properties().stream()
                .map(e -> test(e.getKey(), () -> checkPrint(e.getKey())));
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
    Stream<DynamicTest> refusesTheSameCallsWithTheSameWords() {
        return calls("refused").map(call -> test(nameOf(call), () -> checkRefused(call)));
    }

    private void checkRefused(JsonNode call) throws IOException {
        ToolRun.Result result = freshTool().with(FOLDER, INPUTS).run(argv(call));

        // Nebula says some things twice, and where this tool gives a hint, it prints the usage.
        String said = call.get("stderr").asText().stripTrailing();
        int error = said.indexOf("Error: ");
        assertThat(result.complaint())
                .isEqualTo(error < 0 ? "Error: " + said : said.substring(error));
        assertThat(result.exit()).isEqualTo(call.get("exit").asInt());
        assertThat(result.text()).isEmpty();
        if (!call.path("usageOf").asText("").isEmpty()) {
            assertThat(result.stderr().lines()).hasSize(2).last().asString().contains(" -h\"");
        }
    }

    @TestFactory
    Stream<DynamicTest> verifiesTheSameCertificates() {
        return calls("verify").map(call -> test(nameOf(call), () -> checkVerified(call)));
    }

    private void checkVerified(JsonNode call) throws IOException {
        ToolRun.Result result = freshTool().with(FOLDER, INPUTS).run(argv(call));

        assertThat(result.stderr()).isEqualTo(call.get("stderr").asText());
        assertThat(result.text()).isEqualTo(call.get("stdout").asText());
        assertThat(result.exit()).isEqualTo(call.get("exit").asInt());
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
            return new ObjectMapper().readTree(resource("index-v1.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
