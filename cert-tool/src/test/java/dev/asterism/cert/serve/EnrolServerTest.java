package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.enrol.EnrolAnswer;
import dev.asterism.overlay.enrol.EnrolFields;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.KeyPair;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server over its socket: what it answers, and what strangers may not do to it. */
@Timeout(120)
class EnrolServerTest {

    private static final int GENEROUS = 100_000;

    @TempDir private Path folder;
    private EnrolmentRig rig;
    private EnrolmentState state;
    private ServerIdentity identity;
    private EnrolServer server;
    private RawHttps client;

    @BeforeEach
    void open() throws Exception {
        rig = new EnrolmentRig(folder);
        state = rig.state();
        rig.start(state);
        identity = ServerIdentity.of(folder, "rig", EnrolmentRig.START);
        server = start(GENEROUS, GENEROUS);
        client = new RawHttps(server.address());
    }

    private EnrolServer start(int perSource, int total) throws Exception {
        return EnrolServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                identity,
                rig.desk(state),
                new RequestLimits(perSource, total, () -> 0L));
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        rig.close();
    }

    @Test
    void givesACertificateForATokenAndShowsThePinnedCertificate() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop");
        KeyPair keys = rig.keys();

        RawHttps.Answer answer = client.post(rig.request(keys, token.grant()).fields().encode());

        assertThat(answer.status()).isEqualTo(200);
        String pem = EnrolAnswer.of(answer.fields()).certificatePem();
        assertThat(CertificatePem.readFirst(pem).publicKey()).isEqualTo(keys.publicKey());
        assertThat(answer.head()).contains("no-store");
        assertThat(Fingerprint.of(Bytes.owning(client.trust.shown().getFirst().getEncoded())))
                .isEqualTo(identity.pin());
    }

    @Test
    void aRecordedRequestGetsWhatItsHostGotAndNothingElse() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop");
        Bytes recorded = rig.request(rig.keys(), token.grant()).fields().encode();

        RawHttps.Answer first = client.post(recorded);
        RawHttps.Answer replay = client.post(recorded);

        assertThat(replay.status()).isEqualTo(200);
        assertThat(replay.body()).isEqualTo(first.body());
    }

    @Test
    void hasOneAddressOnly() throws Exception {
        Bytes request = rig.request(rig.keys(), rig.invite(state, "a").grant()).fields().encode();

        assertThat(client.send("GET", EnrolServer.PATH, Bytes.EMPTY).status()).isEqualTo(405);
        for (String path :
                List.of(
                        "/",
                        "/v1/enrol/",
                        "/v1/enrol?x",
                        "/v1//enrol",
                        "/v1/enrol/../enrol",
                        "/v1/Enrol",
                        "/admin")) {
            assertThat(client.send("POST", path, request).status()).as(path).isEqualTo(404);
        }
        assertThat(client.post(request).status()).as("none of these used it").isEqualTo(200);
    }

    /** For some of these the JDK's server writes a warning to standard error, at each request. */
    @Test
    void noStrangerWritesToStandardError() throws Exception {
        List<String> said = new CopyOnWriteArrayList<>();
        Handler handler =
                new Handler() {

                    @Override
                    public void publish(LogRecord line) {
                        said.add(line.getLevel() + " " + line.getMessage());
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        try {
            RawHttps.Answer head = client.send("HEAD", EnrolServer.PATH, Bytes.EMPTY);

            assertThat(head.status()).isEqualTo(405);
            assertThat(head.body().length()).isZero();
            for (String method : List.of("CONNECT", "PRI", "X".repeat(100), "")) {
                client.send(method, "*", Bytes.EMPTY);
            }
        } finally {
            root.removeHandler(handler);
        }
        assertThat(said).isEmpty();
    }

    @Test
    void refusesMessagesThatAreTooLargeOrNone() throws Exception {
        byte[] large = new byte[EnrolFields.MAX_BYTES + 1];
        Arrays.fill(large, (byte) 'a');

        assertThat(client.post(Bytes.owning(large)).status()).isEqualTo(413);
        assertThat(client.post(Bytes.EMPTY).status()).isEqualTo(400);
        assertThat(client.post(Bytes.owning(new byte[100])).status()).isEqualTo(400);
    }

    /** A server that closes while bytes are on their way resets the connection, and the answer may be lost. */
    @Test
    void resetsNoClientThatSendsTheRestOfAMessageAfterItsRefusal() throws Exception {
        int length = EnrolFields.MAX_BYTES + 1;
        try (Socket socket = client.connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    RawHttps.head("POST", EnrolServer.PATH, length)
                            .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            byte[] begin = socket.getInputStream().readNBytes("HTTP/1.1 413".length());

            // Not byte by byte: so many records take a slow machine longer than the server waits.
            byte[] some = new byte[256];
            Arrays.fill(some, (byte) 'a');
            for (int left = length; left > 0; left -= some.length) {
                out.write(some, 0, Math.min(left, some.length));
            }
            byte[] rest = socket.getInputStream().readAllBytes();

            assertThat(new String(begin, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
            assertThat(new String(rest, StandardCharsets.US_ASCII)).contains("too large");
        }
    }

    @Test
    void readsNoMoreOfALargeMessageThanItMust() throws Exception {
        try (Socket socket = client.connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    RawHttps.head("POST", EnrolServer.PATH, 1L << 40)
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = new byte[16 * 1024];
            Arrays.fill(chunk, (byte) 'a');
            long sent = 0;
            try {
                while (sent < 1L << 30) {
                    out.write(chunk);
                    sent += chunk.length;
                }
            } catch (IOException e) {
                // The server has hung up.
            }
            assertThat(sent).isLessThan(64L << 20);
        }
    }

    @Test
    void hangsUpOnSlowClients() throws Exception {
        String head = RawHttps.head("POST", EnrolServer.PATH, 1000);
        List<Socket> slow = new ArrayList<>();
        slow.add(client.connectPlain());
        slow.add(begun("", client.connect()));
        slow.add(begun(head.substring(0, 20), client.connect()));
        slow.add(begun(head + "csr=", client.connect()));

        Bytes request = rig.request(rig.keys(), rig.invite(state, "a").grant()).fields().encode();
        assertThat(client.post(request).status()).as("others meanwhile").isEqualTo(200);

        for (Socket socket : slow) {
            assertThat(RawHttps.answer(socket).status()).isNotEqualTo(200);
            socket.close();
        }
    }

    private static Socket begun(String text, Socket socket) throws IOException {
        if (socket instanceof SSLSocket tls) {
            tls.startHandshake();
        }
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    @Test
    void speaksNoOldTlsAndNoPlainHttp() throws Exception {
        try (SSLSocket old = (SSLSocket) client.connect()) {
            old.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(old::startHandshake).isInstanceOf(SSLHandshakeException.class);
        }
        try (Socket plain = client.connectPlain()) {
            plain.getOutputStream()
                    .write(
                            RawHttps.head("POST", EnrolServer.PATH, 0)
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(RawHttps.answer(plain).status()).isZero();
        }
    }

    @Test
    void looksAtNoMoreRequestsThanASourceMayMake() throws Exception {
        server.close();
        server = start(3, GENEROUS);
        client = new RawHttps(server.address());
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            statuses.add(client.post(Bytes.EMPTY).status());
        }

        assertThat(statuses.subList(0, 3)).containsOnly(400);
        assertThat(statuses.getLast()).isEqualTo(429);
        assertThat(rig.audit(state).lines().count()).as("the log does not grow").isLessThan(5);
    }
}
