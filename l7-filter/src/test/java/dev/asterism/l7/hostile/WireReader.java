package dev.asterism.l7.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server on a socket as a reader of requests: it tells of each what it has read, with an empty answer. Behind the
 * bytes comes one request of ours that ends the connection; whoever has not seen it as a request of its own has read
 * them in another way.
 */
public final class WireReader {

    /** What it tells of our last request. */
    private static final String END = "GET /end []";

    private static final String LAST =
            "GET /end HTTP/1.1\r\nHost: orders\r\nConnection: close\r\n\r\n";

    /** The field in which a server tells what it has read, in hexadecimal digits. */
    public static final String READ = "X-Read";

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})[ \r]");
    private static final Pattern TOLD = Pattern.compile("(?i)\r\nx-read: ?([0-9a-f]+)");
    private static final int MILLIS = 20_000;

    private final int port;

    public WireReader(int port) {
        this.port = port;
    }

    /**
     * What it has made of the bytes.
     *
     * @param requests those that it tells of, without ours
     * @param refusal the status with which it has refused the next, or what it has done in place of an answer; empty:
     *     none, so it has read our last one
     */
    public record Read(List<String> requests, String refusal) {}

    /** Of bytes that end with a whole request. */
    public Read requests(String bytes) throws IOException {
        List<String> told = exchange(bytes + LAST, false);
        if (told.isEmpty()) {
            return new Read(told, "closed");
        }
        List<String> others = told.subList(0, told.size() - 1);
        String last = told.getLast();
        if (last.equals(END)) {
            return new Read(others, "");
        }
        return last.matches("[0-9]{3}") ? new Read(others, last) : new Read(told, "closed");
    }

    /** Of bytes that do not end with a whole request, when the connection ends behind them. */
    public List<String> cutRequests(String bytes) throws IOException {
        return exchange(bytes, true);
    }

    private List<String> exchange(String bytes, boolean end) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(MILLIS);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            if (end) {
                socket.shutdownOutput();
            }
            StringBuilder text = new StringBuilder();
            try {
                byte[] some = new byte[8192];
                for (int n = socket.getInputStream().read(some);
                        n >= 0;
                        n = socket.getInputStream().read(some)) {
                    text.append(new String(some, 0, n, StandardCharsets.ISO_8859_1));
                }
            } catch (SocketTimeoutException e) {
                text.append("\r\n\r\nHTTP/1.1 999 no end\r\n\r\n");
            } catch (IOException _) {
                // A reset behind the last answer.
            }
            return answers(text.toString());
        }
    }

    private static List<String> answers(String text) {
        List<String> answers = new ArrayList<>();
        for (String head : text.split("\r\n\r\n")) {
            Matcher status = STATUS.matcher(head);
            boolean answer = status.lookingAt() && !status.group(1).startsWith("1");
            if (answer) {
                Matcher read = TOLD.matcher(head);
                answers.add(read.find() ? untold(read.group(1)) : status.group(1));
            }
        }
        return answers;
    }

    /** As the value of a field. */
    public static String told(String read) {
        return HexFormat.of().formatHex(read.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String untold(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }
}
