package dev.asterism.l7.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * h2spec 2.2.0, strict, against a proxy in front of a small server. The program comes out of a Maven plugin's jar.
 */
@Timeout(300)
class H2SpecIT {

    private static final String ARCHIVE = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    private static final String ALL = "146 tests, 146 passed, 0 skipped, 0 failed";
    private static final int TAR_BLOCK = 512;

    @TempDir private static Path folder;
    private static Path program = Path.of("none");

    @BeforeAll
    static void unpack() throws IOException {
        boolean linux = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
        assumeTrue(
                linux && System.getProperty("os.arch").equals("amd64"),
                "h2spec is for Linux on x86-64");
        program = folder.resolve("h2spec");
        try (InputStream archive =
                        Objects.requireNonNull(
                                H2SpecIT.class.getResourceAsStream(ARCHIVE), ARCHIVE);
                DataInputStream tar = new DataInputStream(new GZIPInputStream(archive))) {
            // One file: its size is in octal digits at 124 of the first block.
            byte[] header = tar.readNBytes(TAR_BLOCK);
            String size = new String(header, 124, 11, StandardCharsets.US_ASCII);
            Files.write(program, tar.readNBytes(Integer.parseInt(size.strip(), 8)));
        }
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void passesInFrontOfHttp1() throws Exception {
        try (SmallOrigin origin = new SmallOrigin();
                ProxyServer proxy =
                        new ProxyServer(
                                0, origin.address(), UpstreamProtocol.HTTP_1, Spoken.HTTP_2)) {
            assertThat(h2spec(proxy.port())).endsWith(ALL);
            assertThat(proxy.faults()).isEmpty();
        }
    }

    @Test
    void passesOnADetectingPortInFrontOfHttp2() throws Exception {
        try (SmallOrigin origin = new SmallOrigin();
                ProxyServer behind =
                        new ProxyServer(
                                0, origin.address(), UpstreamProtocol.HTTP_1, Spoken.HTTP_2);
                ProxyServer proxy =
                        new ProxyServer(
                                0,
                                new InetSocketAddress(
                                        InetAddress.getLoopbackAddress(), behind.port()),
                                UpstreamProtocol.HTTP_2,
                                Spoken.DETECTED)) {
            assertThat(h2spec(proxy.port())).endsWith(ALL);
            assertThat(proxy.faults()).isEmpty();
            assertThat(behind.faults()).isEmpty();
        }
    }

    private static String h2spec(int port) throws Exception {
        Process process =
                new ProcessBuilder(
                                program.toString(),
                                "-h",
                                "127.0.0.1",
                                "-p",
                                Integer.toString(port),
                                "-S",
                                "-o",
                                "10")
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        int failures = output.indexOf("Failures:");
        return output.substring(Math.max(failures, 0)).strip();
    }
}
