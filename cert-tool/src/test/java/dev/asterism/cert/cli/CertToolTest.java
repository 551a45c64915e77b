package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.cert.cli.ToolRun.Result;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertToolTest {

    @TempDir Path directory;

    private ToolRun tool = new ToolRun(Path.of(""));

    @BeforeEach
    void enterDirectory() {
        tool = new ToolRun(directory);
    }

    @Test
    void makesCaAndHostThatVerify() {
        makeCa();
        Result signed =
                tool.run("sign", "-name", "web1", "-networks", "10.42.0.2/16", "-groups", "a, ,b");

        assertThat(signed).extracting(Result::exit, Result::text).containsExactly(0, "");
        Result verified = tool.run("verify", "-ca", "ca.crt", "-crt", "web1.crt");
        assertThat(verified.stderr()).isEmpty();
        assertThat(verified.exit()).isZero();
        assertThat(tool.run("print", "-path", "web1.crt").text())
                .contains("\"10.42.0.2/16\"", "\"a\",\n\t\t\t\"b\"")
                .contains("\"notAfter\": \"2027-12-31T23:59:59Z\"");
    }

    @Test
    void writesFilesForTheirOwnerOnly() throws IOException {
        makeCa();
        tool.run("keygen", "-out-key", "h.key", "-out-pub", "h.pub");

        for (String name : new String[] {"ca.key", "ca.crt", "h.key", "h.pub"}) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(directory.resolve(name))))
                    .isEqualTo("rw-------");
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(4);
        }
    }

    @Test
    void signsKeyThatTheHostKeeps() {
        makeCa();
        tool.run("keygen", "-out-key", "h.key", "-out-pub", "h.pub");
        Result signed =
                tool.run("sign", "-name", "h", "-networks", "10.42.0.2/16", "-in-pub", "h.pub");

        assertThat(signed.exit()).isZero();
        assertThat(tool.run("verify", "-ca", "ca.crt", "-crt", "h.crt").exit()).isZero();
    }

    @Test
    void streamsStandInForFiles() {
        makeCa();
        tool.run("keygen", "-out-key", "h.key", "-out-pub", "h.pub");
        Result signed =
                tool.runWithInput(
                        tool.file("h.pub"),
                        "sign",
                        "-name",
                        "h",
                        "-networks",
                        "10.42.0.2/16",
                        "-in-pub",
                        "-",
                        "-out-crt",
                        "-");

        assertThat(signed.text()).startsWith("-----BEGIN NEBULA CERTIFICATE-----\n");
        Result verified = tool.runWithInput(signed.text(), "verify", "-ca", "ca.crt", "-crt", "-");
        assertThat(verified.exit()).isZero();
        assertThat(tool.runWithInput(signed.text(), "print", "-path", "-").text())
                .contains("\"name\": \"h\"");
    }

    @Test
    void neverOverwrites() {
        makeCa();
        String before = tool.file("ca.key") + tool.file("ca.crt");

        assertThat(tool.run("ca", "-name", "x").stderr())
                .isEqualTo("Error: refusing to overwrite existing CA key: ca.key\n");
        assertThat(tool.run("ca", "-name", "x", "-out-key", "k", "-out-crt", "k").stderr())
                .isEqualTo("Error: error while writing out-crt: open k: file exists\n");
        assertThat(tool.file("ca.key") + tool.file("ca.crt")).isEqualTo(before);
        assertThat(tool.file("k")).startsWith("-----BEGIN NEBULA ED25519 PRIVATE KEY-----");
    }

    @Test
    void writesIntoMissingDirectoryFailPlainly() {
        assertThat(tool.run("ca", "-name", "x", "-out-key", "no/where").stderr())
                .isEqualTo(
                        "Error: error while writing out-key: open no/where: no such file or"
                                + " directory\n");
    }

    @Test
    void followsGoFlagSyntax() {
        Result made =
                tool.run(
                        "ca",
                        "--name=a=b",
                        "-name",
                        "-x",
                        "-duration=1h30m",
                        "-encrypt=false",
                        "--");

        assertThat(made.stderr()).isEmpty();
        assertThat(tool.run("print", "-json=true", "-path", "ca.crt").text())
                .contains("\"name\":\"-x\"", "\"notAfter\":\"2027-01-01T01:30:00Z\"");
    }

    @Test
    void stopsAtTheFirstBadFlag() {
        assertThat(tool.run("ca", "-nosuch", "-version", "x").stderr())
                .isEqualTo(
                        """
                        Error: flag provided but not defined: -nosuch
                          "asterism-cert ca -h" lists the flags
                        """);
        assertThat(tool.run("ca", "-name").complaint())
                .isEqualTo("Error: flag needs an argument: -name");
        assertThat(tool.run("ca", "---name").complaint())
                .isEqualTo("Error: bad flag syntax: ---name");
        assertThat(tool.run("ca", "-encrypt=maybe").complaint())
                .isEqualTo("Error: invalid boolean value \"maybe\" for -encrypt: parse error");
        assertThat(tool.run("ca", "-version", "99999999999999999999").complaint())
                .isEqualTo(
                        "Error: invalid value \"99999999999999999999\" for flag -version: value out of range");
    }

    @Test
    void saysWhatWasMeant() {
        assertThat(tool.run("sgin", "-name", "x").stderr())
                .isEqualTo(
                        """
                        Error: unknown mode: sgin
                          did you mean sign? "asterism-cert -h" shows the modes: ca, keygen, sign, print, \
                        verify, issue, renew, csr, list, expiring, revoke, audit, rotate, bundle, invite, serve, completion, help
                        """);
        assertThat(tool.run("sign", "-out-cert", "x").stderr())
                .isEqualTo(
                        """
                        Error: flag provided but not defined: -out-cert
                          did you mean -out-crt? "asterism-cert sign -h" lists the flags
                        """);
        assertThat(tool.run("-verion").stderr()).contains("did you mean -version?");
        assertThat(tool.run("sign", "-name", "x").stderr())
                .isEqualTo(
                        """
                        Error: -networks is required
                          "asterism-cert sign -h" lists the flags
                        """);
        assertThat(tool.run().stderr()).startsWith("Error: No mode was provided\n  ");
    }

    @Test
    void refusesWordsThatNoFlagAsksFor() throws IOException {
        makeCa();

        Result extra = tool.run("sign", "-name", "h", "-networks", "10.0.0.1/8", "extra", "-x");
        assertThat(extra.exit()).isEqualTo(1);
        assertThat(extra.stderr()).startsWith("Error: unexpected argument: extra\n");
        assertThat(tool.run("print", "ca.crt").stderr())
                .startsWith("Error: unexpected argument: ca.crt\n");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).as("nothing was signed").hasSize(2);
        }
    }

    @Test
    void helpShowsDefaultsAndNotWhatWasGiven() {
        assertThat(tool.run("ca", "-out-crt", "mine.crt", "-h").stderr())
                .contains("(default \"ca.crt\")", "(default 8760h0m0s)", "(default 1)")
                .doesNotContain("mine.crt");
    }

    @Test
    void neitherHangsOnAPipeNorReadsADeviceOrWhatIsHuge() throws Exception {
        makeCa();
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        try (RandomAccessFile huge =
                new RandomAccessFile(directory.resolve("huge").toFile(), "rw")) {
            huge.setLength(20_000_000_000L);
        }

        assertThat(tool.run("print", "-path", "pipe").stderr())
                .isEqualTo(
                        "Error: unable to read cert; open pipe: is a device or a pipe, not a regular file\n");
        assertThat(sign("-ca-key", "/dev/zero").stderr())
                .isEqualTo(
                        "Error: error while reading ca-key: open /dev/zero: is a device or a pipe, not a"
                                + " regular file\n");
        assertThat(sign("-ca-crt", "huge").stderr())
                .isEqualTo("Error: error while reading ca-crt: read huge: longer than 4096 KiB\n");
        assertThat(tool.runWithInput("x".repeat(5_000_000), "print", "-path", "-").stderr())
                .isEqualTo("Error: unable to read cert; read -: longer than 4096 KiB\n");
        assertThat(sign("-in-pub", "\0").stderr())
                .isEqualTo("Error: cannot use the path \0: Nul character not allowed\n");
    }

    private Result sign(String flag, String value) {
        return tool.run("sign", "-name", "h", "-networks", "10.0.0.1/8", flag, value);
    }

    @Test
    void trainsEveryMode() {
        assertThat(tool.run("training-run").exit()).isZero();
    }

    @Test
    void helpIsOnStderrAndNoFailure() {
        for (String mode : new String[] {"ca", "sign", "keygen", "print", "verify"}) {
            Result help = tool.run(mode, "-h", "-nosuch");
            assertThat(help.exit()).isZero();
            assertThat(help.stderr()).startsWith("Usage of asterism-cert " + mode + " <flags>: ");
            assertThat(help.text()).isEmpty();
        }
        assertThat(tool.run("-help").exit()).isZero();
        assertThat(tool.run("-version").text()).startsWith("Version: ");
    }

    @Test
    void refusesByNameWhatIsNotSupportedYet() {
        for (String[] call :
                new String[][] {
                    {"ca", "-name", "x"},
                    {"sign", "-name", "x", "-networks", "10.0.0.1/8"},
                    {"keygen"}
                }) {
            String[] args = Arrays.copyOf(call, call.length + 2);
            args[call.length] = "-pkcs11";
            args[call.length + 1] = "pkcs11:x";
            assertThat(tool.run(args).stderr()).isEqualTo("Error: -pkcs11 is not supported yet\n");
        }
    }

    @Test
    void hostsGetTheVersionOfTheirCa() {
        makeCa();
        tool.run("ca", "-name", "two", "-out-crt", "2.crt", "-out-key", "2.key");

        tool.run("sign", "-name", "a", "-networks", "10.0.0.1/8");
        tool.run("sign", "-ca-crt", "2.crt", "-ca-key", "2.key", "-name", "b", "-ip", "fd00::1/64");

        assertThat(tool.file("ca.crt")).startsWith("-----BEGIN NEBULA CERTIFICATE-----");
        assertThat(tool.file("a.crt")).startsWith("-----BEGIN NEBULA CERTIFICATE-----");
        assertThat(tool.file("b.crt")).startsWith("-----BEGIN NEBULA CERTIFICATE V2-----");
        assertThat(tool.run("verify", "-ca", "2.crt", "-crt", "b.crt").stderr()).isEmpty();
    }

    @Test
    void mappedAddressesAreNoIpv4() {
        makeCa();

        assertThat(tool.run("sign", "-name", "x", "-networks", "::ffff:10.0.0.1/24").complaint())
                .isEqualTo(
                        "Error: invalid -networks definition: v1 certificates can only have a"
                                + " single ipv4 address");
        assertThat(
                        tool.run(
                                        "sign",
                                        "-version=2",
                                        "-name=x",
                                        "-networks=10.0.0.1/8",
                                        "-unsafe-networks=::ffff:10.0.0.0/104")
                                .complaint())
                .isEqualTo(
                        "Error: invalid -unsafe-networks definition: ::ffff:10.0.0.0/104 is an IPv4"
                                + " network written as IPv6, write it as IPv4");
    }

    @Test
    void signsNoKeyThatIsNoPointOfItsCurve() throws IOException {
        tool.run("ca", "-name", "p", "-curve", "P256");
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(new byte[65]);
        Files.writeString(
                directory.resolve("h.pub"),
                "-----BEGIN NEBULA P256 PUBLIC KEY-----\n"
                        + body
                        + "\n-----END NEBULA P256 PUBLIC KEY-----\n");

        assertThat(sign("-in-pub", "h.pub").stderr())
                .isEqualTo("Error: error while parsing in-pub: not a point on the curve P256\n");
    }

    @Test
    void understandsDeprecatedFlags() {
        tool.run("ca", "-name", "r", "-ips", "10.0.0.0/8", "-subnets", "192.168.0.0/16");
        Result signed =
                tool.run("sign", "-name", "h", "-ip", "10.0.0.1/8", "-subnets", "192.168.1.0/24");

        assertThat(signed.stderr()).isEmpty();
        assertThat(tool.run("print", "-path", "h.crt").text()).contains("192.168.1.0/24");
        assertThat(tool.run("sign", "-name", "i", "-ip", "11.0.0.1/8").stderr())
                .isEqualTo(
                        "Error: error while signing: certificate contained a network assignment"
                                + " outside the limitations of the signing ca: 11.0.0.1/8\n");
    }

    @Test
    void expiredCaSignsNothing() {
        makeCa();

        assertThat(
                        tool.at(Instant.parse("2028-01-02T00:00:00Z"))
                                .run("sign", "-name", "h", "-networks", "10.0.0.1/8")
                                .stderr())
                .isEqualTo("Error: ca certificate is expired\n");
    }

    @Test
    void verifyNamesWhatItRefuses() {
        tool.with("nebula-cert-1.12.0", "ca-v1-limited.crt", "n1-v1.crt", "n1.pub", "empty.crt");

        assertThat(tool.run("verify", "-ca", "ca-v1-limited.crt", "-crt", "n1-v1.crt").stderr())
                .isEqualTo(
                        "Error: error while verifying certificate v1 \"node-n1\" with issuer"
                                + " 246df9570e51b03a9af9f5bba12d19991975252f7b4dfac0a5f509bbfbfb83c5:"
                                + " could not find ca for the certificate\n");
        assertThat(tool.run("verify", "-ca", "n1-v1.crt", "-crt", "n1-v1.crt").stderr())
                .isEqualTo(
                        "Error: error while adding ca cert to pool: \"node-n1\": certificate is not"
                                + " a CA\n");
        assertThat(tool.run("verify", "-ca", "empty.crt", "-crt", "n1-v1.crt").stderr())
                .isEqualTo("Error: no valid CA certificates present\n");
        assertThat(tool.run("verify", "-ca", "ca-v1-limited.crt", "-crt", "empty.crt").stderr())
                .isEqualTo("Error: no valid certificates found in crt\n");
        assertThat(tool.run("verify", "-ca", "ca-v1-limited.crt", "-crt", "n1.pub").stderr())
                .isEqualTo(
                        "Error: error while parsing crt: bytes did not contain a proper certificate"
                                + " banner: \"NEBULA X25519 PUBLIC KEY\"\n");
        assertThat(tool.run("verify", "-ca", "ca-v1-limited.crt", "-crt", "missing").stderr())
                .isEqualTo("Error: unable to read crt: open missing: no such file or directory\n");
    }

    @Test
    void verifyJoinsAllFailures() throws IOException {
        tool.with("nebula-cert-1.12.0", "ca-v1-25519.crt", "ca-v1-limited.crt", "n1-v1.crt");
        Files.writeString(
                directory.resolve("two.crt"),
                tool.file("n1-v1.crt") + tool.file("ca-v1-25519.crt"));

        Result result = tool.run("verify", "-ca", "ca-v1-limited.crt", "-crt", "two.crt");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr())
                .startsWith("Error: error while verifying certificate v1 \"node-n1\"")
                .contains("\nerror while verifying certificate {\n\t\"details\": {")
                .endsWith("}: no issuer in certificate\n");
    }

    @Test
    void verifySkipsWhatItDoesNotKnow() throws IOException {
        tool.with("nebula-cert-1.12.0", "ca-v1-25519.crt", "n1-v1.crt", "hand-unknown-version.crt");
        Files.writeString(
                directory.resolve("bundle.crt"),
                tool.file("hand-unknown-version.crt") + tool.file("ca-v1-25519.crt"));

        Result result = tool.run("verify", "-ca", "bundle.crt", "-crt", "n1-v1.crt");

        assertThat(result.exit()).isZero();
        assertThat(result.stderr())
                .isEqualTo(
                        "skipping ca: certificate 1: certificate version unrecognized: \"NEBULA"
                                + " CERTIFICATE V3\"\n");
    }

    @Test
    void printShowsWhatComesBeforeTrailingText() throws IOException {
        tool.with("nebula-cert-1.12.0", "n1-v1.crt");
        Files.writeString(directory.resolve("trailing.crt"), tool.file("n1-v1.crt") + "the end\n");

        Result result = tool.run("print", "-path", "trailing.crt");

        assertThat(result.text()).isEqualTo(tool.run("print", "-path", "n1-v1.crt").text());
        assertThat(result.stderr())
                .isEqualTo(
                        "Error: error while unmarshaling cert: input did not contain a valid PEM"
                                + " encoded block\n");
    }

    @Test
    void printsTimesInTheLocalZone() {
        tool.with("nebula-cert-1.12.0", "n1-v1.crt").in(ZoneOffset.ofHours(2));

        assertThat(tool.run("print", "-path", "n1-v1.crt").text())
                .contains("\"notBefore\": \"2026-11-21T10:35:39+02:00\"");
    }

    private void makeCa() {
        assertThat(tool.run("ca", "-name", "root", "-version", "1").stderr()).isEmpty();
    }
}
