package dev.asterism.l7.soak;

import dev.asterism.l7.http2.FrameBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** One client that does one thing after the other, by a seed, and counts what came of each. For one thread. */
final class SoakClient {

    private static final int PATIENCE_MILLIS = 10_000;
    private static final List<String> PATHS =
            List.of("/ok", "/flaky", "/slow", "/late", "/big", "/cut", "/reset", "/fault");

    /** A request to a service of the outbound filter; {@code host} names it. */
    private enum Deed {
        HTTP1,
        KEPT,
        UPLOAD,
        BROKEN_UPLOAD,
        LEAVES,
        UPGRADE,
        HTTP2,
        GRPC
    }

    private final SplittableRandom random;
    private final int port;
    private final Map<String, Integer> seen = new TreeMap<>();

    SoakClient(long seed, int port) {
        random = new SplittableRandom(seed);
        this.port = port;
    }

    /** How often what came of which deed. */
    Map<String, Integer> seen() {
        return seen;
    }

    void deed() {
        Deed deed = Deed.values()[random.nextInt(Deed.values().length)];
        String host = random.nextBoolean() ? "one" : "two";
        String what;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            what =
                    switch (deed) {
                        case HTTP1 -> http1(socket, host);
                        case KEPT -> kept(socket, host);
                        case UPLOAD -> upload(socket, host);
                        case BROKEN_UPLOAD -> brokenUpload(socket, host);
                        case LEAVES -> leaves(socket, host);
                        case UPGRADE -> upgrade(socket, host);
                        case HTTP2 -> http2(socket, host);
                        case GRPC -> grpc(socket, host);
                    };
        } catch (IOException e) {
            what = String.valueOf(e.getMessage());
        }
        seen.merge(deed + " " + what, 1, Integer::sum);
    }

    private static void send(Socket to, String text) throws IOException {
        to.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String status(byte[] answer) {
        return answer.length < 12
                ? "nothing"
                : new String(answer, 9, 3, StandardCharsets.ISO_8859_1);
    }

    private String http1(Socket socket, String host) throws IOException {
        String path = PATHS.get(random.nextInt(PATHS.size()));
        send(
                socket,
                "GET %s HTTP/1.1\r\nhost: %s\r\nconnection: close\r\n\r\n".formatted(path, host));
        return path + " " + status(socket.getInputStream().readAllBytes());
    }

    private static String kept(Socket socket, String host) throws IOException {
        String first = "GET /ok HTTP/1.1\r\nhost: %s\r\n\r\n".formatted(host);
        send(socket, first + first.replace("/ok", "/slow"));
        send(socket, first.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"));
        String all =
                new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return all.split("HTTP/1.1 200").length - 1 + " of 3";
    }

    private String upload(Socket socket, String host) throws IOException {
        int bytes = random.nextInt(200_000);
        send(
                socket,
                "PUT /echo HTTP/1.1\r\nhost: %s\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
                        .formatted(host, bytes));
        Thread writer =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        socket.getOutputStream().write(new byte[bytes]);
                                    } catch (IOException _) {
                                        // What came of it is read.
                                    }
                                });
        byte[] answer = socket.getInputStream().readAllBytes();
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return status(answer) + (answer.length >= bytes ? " whole" : " short");
    }

    private static String brokenUpload(Socket socket, String host) throws IOException {
        send(
                socket,
                "POST /echo HTTP/1.1\r\nhost: %s\r\ncontent-length: 50000\r\n\r\n".formatted(host));
        socket.getOutputStream().write(new byte[10_000]);
        socket.setSoLinger(true, 0);
        return "gone";
    }

    private static String leaves(Socket socket, String host) throws IOException {
        send(socket, "GET /big HTTP/1.1\r\nhost: %s\r\n\r\n".formatted(host));
        int count = socket.getInputStream().readNBytes(1000).length;
        socket.setSoLinger(true, 0);
        return "after " + count;
    }

    private static String upgrade(Socket socket, String host) throws IOException {
        send(
                socket,
                "GET /ws HTTP/1.1\r\nhost: %s\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"
                        .formatted(host));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        for (int c = in.read(); c >= 0 && !head.toString().endsWith("\r\n\r\n"); c = in.read()) {
            head.append((char) c);
            if (head.toString().endsWith("\r\n\r\n")) {
                break;
            }
        }
        if (head.indexOf("HTTP/1.1 101") != 0) {
            return head.length() < 12 ? "nothing" : head.substring(9, 12);
        }
        send(socket, "hello");
        String echo = new String(in.readNBytes(5), StandardCharsets.ISO_8859_1);
        return "101 " + echo;
    }

    /** Several streams at once, of which some are reset. */
    private String http2(Socket socket, String host) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(FrameBytes.PREFACE);
        out.writeBytes(FrameBytes.settings());
        out.writeBytes(FrameBytes.windowUpdate(0, 1 << 24));
        Set<Integer> waited = new HashSet<>();
        int streams = 1 + random.nextInt(8);
        for (int i = 0; i < streams; i++) {
            int id = 2 * i + 1;
            String path = PATHS.get(random.nextInt(PATHS.size()));
            out.writeBytes(
                    FrameBytes.headers(
                            id,
                            true,
                            ":method: GET",
                            ":scheme: http",
                            ":authority: " + host,
                            ":path: " + path));
            if (random.nextInt(4) == 0) {
                out.writeBytes(FrameBytes.reset(id, 8));
            } else {
                waited.add(id);
                out.writeBytes(FrameBytes.windowUpdate(id, 1 << 20));
            }
        }
        socket.getOutputStream().write(out.toByteArray());
        return ended(socket, waited) ? "ended" : "not ended";
    }

    private static String grpc(Socket socket, String host) throws IOException {
        byte[] call =
                FrameBytes.headers(
                        1,
                        false,
                        ":method: POST",
                        ":scheme: http",
                        ":authority: " + host,
                        ":path: /p.S/M",
                        "content-type: application/grpc",
                        "te: trailers");
        socket.getOutputStream()
                .write(
                        FrameBytes.join(
                                FrameBytes.PREFACE,
                                FrameBytes.settings(),
                                call,
                                FrameBytes.data(1, true, "\0\0\0\0\0")));
        FrameBytes frames = new FrameBytes();
        byte[] some = new byte[16 << 10];
        InputStream in = socket.getInputStream();
        for (int count = in.read(some); count > 0; count = in.read(some)) {
            for (String frame : frames.read(java.util.Arrays.copyOf(some, count))) {
                if (frame.contains("grpc-status: ")) {
                    return frame.contains("grpc-status: 0") ? "ok" : frame;
                }
            }
        }
        return "nothing";
    }

    /** All streams have ended, one way or the other. */
    private static boolean ended(Socket socket, Set<Integer> waited) throws IOException {
        FrameBytes frames = new FrameBytes();
        byte[] some = new byte[64 << 10];
        InputStream in = socket.getInputStream();
        while (!waited.isEmpty()) {
            int count = in.read(some);
            if (count < 0) {
                return false;
            }
            for (String frame : frames.read(java.util.Arrays.copyOf(some, count))) {
                String[] words = frame.split(" ");
                if (frame.endsWith(" end") || words[0].equals("RST_STREAM")) {
                    waited.remove(Integer.valueOf(words[1]));
                }
            }
        }
        return true;
    }
}
