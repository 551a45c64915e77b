package dev.asterism.agent.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.cert.serve.ServerIdentity;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.enrol.EnrolRequest;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.Dh;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that answer so slowly that no single read ever waits long. */
@Timeout(120)
class EnrolClientTest {

    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final String HANDSHAKE = "handshake";
    private static final String HEAD = "HTTP/1.1 200 OK\r\nX-Slow: ";
    private static final String BODY = "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n";

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {HANDSHAKE, HEAD, BODY})
    void aServerThatDripsHoldsNobody(String start) throws Exception {
        SlowIdentity identity = new SlowIdentity(folder);
        Thread server;
        try (ServerSocket listening =
                start.equals(HANDSHAKE)
                        ? new ServerSocket(0, 1, InetAddress.getLoopbackAddress())
                        : identity.listen()) {
            server = Thread.ofPlatform().daemon().start(() -> drip(listening, start));
            String url = "https://127.0.0.1:" + listening.getLocalPort();
            EnrolClient client = new EnrolClient(List.of(url), identity.pin(), LONGEST);
            EnrolRequest request = request();
            Instant from = Instant.now();

            assertThatThrownBy(() -> client.ask(request))
                    .isInstanceOf(EnrolFailure.class)
                    .hasMessageContaining("did not answer within 2 s");

            assertThat(Duration.between(from, Instant.now()))
                    .isBetween(LONGEST, LONGEST.multipliedBy(10));
        }
        server.join();
    }

    @Test
    void aServerThatDripsDoesNotKeepItFromTheNextOne() throws Exception {
        try (ServerSocket slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                EnrolmentServer good =
                        new EnrolmentServer(folder, Curve.CURVE25519, Clock.systemUTC())) {
            // Without a limit first: what TLS loads is not to be done within the two seconds.
            assertThatThrownBy(
                            () -> new EnrolClient(List.of(good.url()), good.pin()).ask(request()))
                    .hasMessageContaining("unknown token");
            Thread.ofPlatform().daemon().start(() -> drip(slow, HANDSHAKE));
            EnrolClient client =
                    new EnrolClient(
                            List.of("https://127.0.0.1:" + slow.getLocalPort(), good.url()),
                            good.pin(),
                            LONGEST);

            assertThatThrownBy(() -> client.ask(request()))
                    .isInstanceOf(EnrolFailure.class)
                    .hasMessageContaining(good.url() + " says: unknown token");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatHangsUpIsSaidToBeBusy(boolean afterTheHandshake) throws Exception {
        SlowIdentity identity = new SlowIdentity(folder);
        try (ServerSocket listening =
                afterTheHandshake
                        ? identity.listen()
                        : new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> hangUp(listening));
            EnrolClient client =
                    new EnrolClient(
                            List.of("https://127.0.0.1:" + listening.getLocalPort()),
                            identity.pin(),
                            Duration.ofSeconds(60));

            assertThatThrownBy(() -> client.ask(request()))
                    .isInstanceOf(EnrolFailure.class)
                    .hasMessageContaining("closed the connection without an answer")
                    .hasMessageContaining("run the command again");
        }
    }

    private static void hangUp(ServerSocket listening) {
        while (!listening.isClosed()) { // the JDK tries a second time
            try (Socket socket = listening.accept()) {
                int _ = socket.getInputStream().read();
            } catch (IOException e) {
                // The client was faster, or the test is over.
            }
        }
    }

    private static EnrolRequest request() throws Exception {
        SecureRandom random = new SecureRandom();
        return EnrolRequest.by(
                Dh.x25519().generate(random::nextBytes),
                new EnrolRequest.Grant.Invited(
                        Bytes.owning(new byte[16]), Bytes.owning(new byte[32])),
                Instant.now(),
                random::nextBytes);
    }

    private static void drip(ServerSocket listening, String start) {
        try (Socket socket = listening.accept()) {
            OutputStream out = socket.getOutputStream();
            // The head of a TLS record of handshake data, whose content is to follow.
            byte[] first =
                    start.equals(HANDSHAKE)
                            ? new byte[] {22, 3, 3, 0x40, 0}
                            : start.getBytes(StandardCharsets.US_ASCII);
            out.write(first);
            while (!listening.isClosed()) {
                out.write('a');
                out.flush();
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        } catch (IOException e) {
            // The client hung up, as it should.
        }
    }

    /** The certificate of an enrolment server without the server. */
    private static final class SlowIdentity {

        private final Path folder;
        private final ServerIdentity identity;

        SlowIdentity(Path folder) throws Exception {
            this.folder = folder;
            identity = ServerIdentity.of(folder, "slow", Instant.now());
        }

        Fingerprint pin() throws Exception {
            return identity.pin();
        }

        ServerSocket listen() throws Exception {
            byte[] pem = Files.readAllBytes(folder.resolve("server.pem"));
            String text = new String(pem, StandardCharsets.US_ASCII);
            String key =
                    text.replaceAll("(?s).*BEGIN PRIVATE KEY-----(.*)-----END PRIVATE.*", "$1");
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, new char[0]);
            store.setKeyEntry(
                    "server",
                    KeyFactory.getInstance("EC")
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(
                                            Base64.getMimeDecoder().decode(key.strip()))),
                    new char[0],
                    new Certificate[] {
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(pem))
                    });
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), null, null);
            return context.getServerSocketFactory()
                    .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        }
    }
}
