import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A small application to call, and calls to it, for the demo's HTTP part: `serve ADDRESS PORT NAME
 * PERCENT` answers everything, and what begins with /orders/flaky with status 503 so many per cent
 * of the time; `call ADDRESS PORT HOST METHOD PATH COUNT` calls one after the other and prints how
 * often which answer came, as `200 b 93`: status, who answered, how often.
 */
public final class Orders {

    private Orders() {}

    public static void main(String[] arguments) throws Exception {
        InetSocketAddress address =
                new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
        switch (arguments[0]) {
            case "serve" -> serve(address, arguments[3], Integer.parseInt(arguments[4]));
            case "call" ->
                    call(
                            address,
                            "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                                    .formatted(arguments[4], arguments[5], arguments[3]),
                            Integer.parseInt(arguments[6]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void serve(InetSocketAddress address, String name, int percent)
            throws IOException {
        Random random = new Random(1);
        HttpServer server = HttpServer.create(address, 128);
        server.createContext(
                "/",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    byte[] body = ("an order of " + name + "\n").getBytes(StandardCharsets.US_ASCII);
                    exchange.getResponseHeaders().set("X-Served-By", name);
                    boolean fails =
                            exchange.getRequestURI().getPath().startsWith("/orders/flaky")
                                    && random.nextInt(100) < percent;
                    exchange.sendResponseHeaders(fails ? 503 : 200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        System.out.println("listening");
    }

    private static void call(InetSocketAddress address, String request, int count) {
        Map<String, Integer> answers = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            answers.merge(answer(address, request), 1, Integer::sum);
        }
        answers.forEach((answer, times) -> System.out.println(answer + " " + times));
    }

    private static String answer(InetSocketAddress address, String request) {
        try (Socket socket = new Socket()) {
            socket.connect(address, 10_000);
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            String by = field(answer, "x-served-by: ");
            String reason = field(answer, "x-mesh-reason: ");
            return answer.length() < 12
                    ? "none -"
                    : answer.substring(9, 12) + " " + (by.isEmpty() ? reason : by);
        } catch (IOException e) {
            return "none -";
        }
    }

    private static String field(String answer, String name) {
        int at = answer.toLowerCase(Locale.ROOT).indexOf("\n" + name);
        if (at < 0) {
            return "";
        }
        int from = at + 1 + name.length();
        return answer.substring(from, Math.max(from, answer.indexOf('\r', from))).strip();
    }
}
