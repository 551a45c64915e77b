package dev.asterism.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.metrics.PageServer.Page;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** At a loopback address a name that is not this machine's reads nothing. */
class PageServerTest {

    private static String answer(String fields) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (PageServer server = new PageServer(any, "test", (_, _) -> Page.text(200, "secret"));
                Socket client = new Socket(any.getAddress(), server.address().getPort())) {
            client.setSoTimeout(60_000); // fails instead of hanging
            String request = "GET / HTTP/1.1\r\n" + fields + "Connection: close\r\n\r\n";
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Host: \r\n",
                "Host: localhost\r\n",
                "Host: localhost:4191\r\n",
                "Host: 127.0.0.1\r\n",
                "Host: [::1]\r\n",
                "Host: [::1]:4191\r\n"
            })
    void answersForThisMachine(String host) throws IOException {
        assertThat(answer(host)).startsWith("HTTP/1.1 200 ").endsWith("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example.org", "evil.example.org:4191", "localhost.evil.org", "[x]"})
    void aForeignNameReadsNothing(String host) throws IOException {
        assertThat(answer("Host: " + host + "\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .doesNotContain("secret");
    }
}
