package dev.asterism.l7.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The JDK's client opens a WebSocket over HTTP/1.1, and behind the filter other people's servers have it as extended
 * CONNECT of HTTP/2 (RFC 8441). Skipped, by name, where there is no such server.
 */
@Timeout(120)
class WebSocketServersIT {

    private static final int SECONDS = 30;

    /** More than a window of HTTP/2 and a frame of it. */
    private static final int LONG_BYTES = 300_000;

    @TempDir private Path folder;

    @Test
    void hypercorn() throws Exception {
        String libraries = Scripts.run("hypercorn-0.18.0");
        if (libraries.isEmpty()) {
            abort("Hypercorn is not here");
        }
        String program = Programs.unpack("websocket.py", folder).toString();
        echoesBehindTheFilter(List.of("python3", program, libraries), "HTTP/2 websocket /chat?a=b");
    }

    @Test
    void node() throws Exception {
        Path node = Programs.find("node");
        if (node == null) {
            System.err.println("SKIPPED: there is no node on the PATH");
            abort("node is not here");
            return;
        }
        String program = Programs.unpack("websocket.js", folder).toString();
        echoesBehindTheFilter(List.of(node.toString(), program), "CONNECT websocket /chat?a=b");
    }

    /**
     * @param asked what the server says of the request
     */
    private static void echoesBehindTheFilter(List<String> command, String asked) throws Exception {
        byte[] much = new byte[LONG_BYTES];
        new Random(1).nextBytes(much);
        Received received = new Received();
        HttpClient http = HttpClient.newHttpClient();
        try (MatrixServer server = ProgramServer.telling(command);
                InteropFilter filter = new InteropFilter(2, server.port(1))) {
            WebSocket socket = open(http, filter, received);
            assertThat(socket.getSubprotocol()).isEqualTo("chat");
            assertThat(received.next()).isEqualTo("text " + asked);

            socket.sendText("in ", false).get(SECONDS, TimeUnit.SECONDS);
            socket.sendText("parts", true).get(SECONDS, TimeUnit.SECONDS);
            assertThat(received.next()).isEqualTo("text in parts");
            socket.sendPing(ByteBuffer.wrap("p".getBytes(StandardCharsets.US_ASCII)))
                    .get(SECONDS, TimeUnit.SECONDS);
            assertThat(received.next()).isEqualTo("pong p");
            socket.sendBinary(ByteBuffer.wrap(much), true).get(SECONDS, TimeUnit.SECONDS);
            assertThat(received.next()).isEqualTo("binary " + Digests.sha256(much));
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(SECONDS, TimeUnit.SECONDS);
            assertThat(received.next()).isEqualTo("close " + WebSocket.NORMAL_CLOSURE);
            assertThat(filter.faults()).isEmpty();
        } finally {
            http.shutdownNow(); // a close would wait for a WebSocket that has no end
        }
    }

    private static WebSocket open(HttpClient http, InteropFilter filter, Received received)
            throws Exception {
        URI uri = URI.create("ws://127.0.0.1:" + filter.port() + "/chat?a=b");
        return http.newWebSocketBuilder()
                .subprotocols("chat")
                .buildAsync(uri, received)
                .get(SECONDS, TimeUnit.SECONDS);
    }

    /** What came, each message as a whole. */
    private static final class Received implements WebSocket.Listener {

        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        String next() throws IOException, InterruptedException {
            String event = events.poll(SECONDS, TimeUnit.SECONDS);
            if (event == null) {
                throw new IOException("nothing came");
            }
            return event;
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                events.add("text " + text);
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(
                WebSocket socket, ByteBuffer part, boolean last) {
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            bytes.writeBytes(copy);
            if (last) {
                events.add("binary " + Digests.sha256(bytes.toByteArray()));
                bytes.reset();
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            events.add("pong " + StandardCharsets.US_ASCII.decode(message));
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            events.add("close " + code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            events.add("error " + error);
        }
    }
}
