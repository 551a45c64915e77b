package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Certificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code csr} and {@code sign -csr}. */
class CsrModeTest {

    @TempDir Path directory;

    private ToolRun tool = new ToolRun(Path.of(""));

    @BeforeEach
    void makeCa() {
        tool = new ToolRun(directory);
        tool.ok("ca", "-name", "root", "-version", "2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"25519", "P256"})
    void signsARequestWithoutEverSeeingTheKey(String curve) {
        tool.ok(
                "ca",
                "-name",
                "c",
                "-version",
                "2",
                "-curve",
                curve,
                "-out-crt",
                "c.crt",
                "-out-key",
                "c.key");
        tool.ok(
                "csr",
                "-name",
                "h",
                "-networks",
                "10.42.0.7/16",
                "-groups",
                "web,x",
                "-curve",
                curve);

        assertThat(tool.refused("sign", "-csr", "h.csr", "-ca-crt", "c.crt", "-ca-key", "c.key"))
                .isEqualTo("Error: -name is required");
        assertThat(tool.refused("sign", "-csr", "h.csr", "-name", "h"))
                .isEqualTo(
                        "Error: -networks is required; the request asks for 10.42.0.7/16, and"
                                + " -as-requested grants what it asks for");
        tool.ok(
                "sign",
                "-csr",
                "h.csr",
                "-as-requested",
                "-groups",
                "web",
                "-ca-crt",
                "c.crt",
                "-ca-key",
                "c.key");

        Certificate signed = tool.certificate("h.crt");
        assertThat(signed.name()).isEqualTo("h");
        assertThat(signed.groups()).containsExactly("web");
        assertThat(signed.networks()).map(Object::toString).containsExactly("10.42.0.7/16");
        tool.ok("verify", "-ca", "c.crt", "-crt", "h.crt");
    }

    @Test
    void refusesRequestsThatDoNotFit() {
        tool.ok("csr", "-name", "p", "-curve", "P256");
        tool.ok("csr", "-name", "h");
        tool.write("broken.csr", tool.file("h.csr").replaceFirst("M", "N"));

        assertThat(signRequest("p.csr")).isEqualTo("Error: curve of csr does not match ca");
        assertThat(signRequest("broken.csr")).startsWith("Error: error while parsing csr: ");
        assertThat(signRequest("ca.crt"))
                .startsWith(
                        "Error: error while parsing csr: bytes did not contain a proper certificate request");
        assertThat(signRequest("no.csr"))
                .isEqualTo(
                        "Error: error while reading csr: open no.csr: no such file or directory");
        assertThat(tool.refused("sign", "-csr", "h.csr", "-in-pub", "x"))
                .isEqualTo("Error: cannot set -csr with -in-pub or -out-key");
        assertThat(tool.refused("csr", "-name", "h"))
                .isEqualTo("Error: refusing to overwrite existing key: h.key");
        assertThat(tool.refused("csr", "-name", "h", "-in-key", "h.key"))
                .isEqualTo("Error: refusing to overwrite existing request: h.csr");
        assertThat(tool.refused("csr", "-name", "h", "-in-key", "h.key", "-out-key", "x"))
                .isEqualTo("Error: cannot set both -in-key and -out-key");
    }

    private String signRequest(String file) {
        return tool.refused("sign", "-csr", file, "-name", "x", "-networks", "10.0.0.1/8");
    }

    @Test
    void aRequestSaysNotWhereTheCertificateGoes() throws IOException {
        Files.createDirectory(tool.path("elsewhere"));
        tool.ok(
                "csr",
                "-name",
                "elsewhere/evil",
                "-networks",
                "10.42.0.9/16",
                "-out-key",
                "e.key",
                "-out-csr",
                "e.csr");

        assertThat(tool.refused("sign", "-csr", "e.csr", "-as-requested"))
                .isEqualTo(
                        "Error: the request asks for the name \"elsewhere/evil\", which cannot be the"
                                + " name of a file: it has a /; say with -out-crt where the certificate goes, or give"
                                + " the host another -name");
        assertThat(tool.path("elsewhere/evil.crt")).doesNotExist();
        tool.ok("sign", "-csr", "e.csr", "-as-requested", "-out-crt", "e.crt");
        tool.ok("sign", "-csr", "e.csr", "-as-requested", "-name", "good");
        assertThat(tool.certificate("good.crt").name()).isEqualTo("good");
    }

    @Test
    void requestsGoThroughPipes() {
        ToolRun.Result made = tool.run("csr", "-name", "h", "-out-csr", "-");
        ToolRun.Result signed =
                tool.runWithInput(
                        made.text(),
                        "sign",
                        "-csr",
                        "-",
                        "-name",
                        "h",
                        "-networks",
                        "10.0.0.1/8",
                        "-out-crt",
                        "-");

        assertThat(signed.text()).startsWith("-----BEGIN NEBULA CERTIFICATE V2-----");
        assertThat(tool.refused("csr", "-name", "h", "-out-csr", "-", "-out-key", "-"))
                .isEqualTo(
                        "Error: -out-key and -out-csr both set to \"-\", only one output may write to stdout");
    }
}
