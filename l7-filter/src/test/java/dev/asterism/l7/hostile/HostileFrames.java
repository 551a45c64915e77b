package dev.asterism.l7.hostile;

import static dev.asterism.l7.http2.FrameBytes.PREFACE;
import static dev.asterism.l7.http2.FrameBytes.data;
import static dev.asterism.l7.http2.FrameBytes.headers;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.settings;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests of HTTP/2 that would be other ones as text of HTTP/1 (H2.CL, H2.TE, request splitting and header
 * injection by CR, LF, NUL and blanks in names, values and pseudo-header fields): RFC 9113 8.2.1, 8.3 and 10.3. Behind
 * each stands a good request on the next stream. As {@link HostileRequests}.
 */
public final class HostileFrames {

    private static final String OTHER = "GET /smuggled HTTP/1.1\r\nHost: orders\r\n\r\n";
    private static final String[] PSEUDO = {":method", ":scheme", ":authority", ":path"};
    private static final String[] USUAL = {"POST", "http", "orders", "/a"};

    private final List<Hostile> all = new ArrayList<>();

    private HostileFrames() {}

    /** Each with a name of its own. */
    public static List<Hostile> all() {
        HostileFrames corpus = new HostileFrames();
        corpus.fields();
        corpus.pseudoFields();
        corpus.lengths();
        corpus.trailers();
        corpus.paths();
        return List.copyOf(corpus.all);
    }

    private void add(String kind, String piece, byte[]... frames) {
        byte[] next =
                headers(
                        3,
                        true,
                        ":method: GET",
                        ":scheme: http",
                        ":authority: orders",
                        ":path: /next");
        byte[] bytes = join(PREFACE, settings(), join(frames), next);
        all.add(
                new Hostile(
                        "h2 " + kind + ": " + Hostile.shown(piece),
                        new String(bytes, StandardCharsets.ISO_8859_1)));
    }

    private static String[] head(String... more) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < PSEUDO.length; i++) {
            fields.add(PSEUDO[i] + ": " + USUAL[i]);
        }
        fields.addAll(List.of(more));
        return fields.toArray(String[]::new);
    }

    private void fields() {
        for (String field :
                List.of(
                        "transfer-encoding: chunked",
                        "transfer-encoding: identity",
                        "Transfer-Encoding: chunked",
                        "transfer-encoding : chunked",
                        "transfer_encoding: chunked",
                        "x: y\r\ntransfer-encoding: chunked",
                        "x: y\ntransfer-encoding: chunked",
                        "x: y\rtransfer-encoding: chunked",
                        "x: y\r\n\r\n" + OTHER,
                        "x: y\0",
                        "x: \0y",
                        "x:  y",
                        "x: y ",
                        "x: \ty",
                        "x: y\13z",
                        "x: y\177",
                        "x: y\1",
                        "x\r\ny: z",
                        "x\ny: z",
                        "x\0y: z",
                        "x y: z",
                        "x\ty: z",
                        " x: y",
                        "x : y",
                        "X: y",
                        "x(: y",
                        "x\200: y",
                        ": y",
                        "",
                        "connection: close",
                        "connection: transfer-encoding",
                        "connection: x-mesh-caller",
                        "keep-alive: timeout=5",
                        "proxy-connection: close",
                        "upgrade: h2c",
                        "upgrade: websocket",
                        "te: chunked",
                        "te: trailers",
                        "te: trailers, chunked",
                        "http2-settings: AAMAAABk",
                        "host: orders",
                        "host: other",
                        "host: ",
                        "host: orders\r\nx: y",
                        "cookie: a\r\nx: y",
                        "cookie: a; b",
                        "expect: 100-continue",
                        "expect: x",
                        "x-mesh-caller: root",
                        "x_mesh_caller: root")) {
            String written = field.indexOf(": ", 1) < 0 ? field + "x: y" : field;
            add("field", field, headers(1, false, head(written)), data(1, true, "hello"));
        }
        add("two fields", "host, host", headers(1, true, head("host: orders", "host: orders")));
        add(
                "two fields",
                "cookie, cookie",
                headers(1, true, head("cookie: a", "cookie: b\r\nx: y")));
    }

    private void pseudoFields() {
        List<List<String>> odd =
                List.of(
                        List.of(
                                "",
                                "GET /smuggled",
                                "GET / HTTP/1.1\r\nx:",
                                "G\0T",
                                "G T",
                                "get",
                                "PRI",
                                "CONNECT",
                                "G(T",
                                "POST\r\n"),
                        List.of(
                                "",
                                "http\r\nx: y",
                                "http://other/?",
                                "ftp",
                                "HTTP",
                                "ht tp",
                                "https"),
                        List.of(
                                "",
                                "orders\r\nx: y",
                                "u@orders",
                                "orders/x",
                                "orders x",
                                "orders\0",
                                "orders, other",
                                "orders?x",
                                "orders#x",
                                "\\orders",
                                "other"),
                        List.of(
                                "",
                                "a",
                                "*",
                                "/a b",
                                "/a HTTP/1.1\r\nHost: x",
                                "/a\n",
                                "/a\0",
                                "/a\t",
                                "http://other/a",
                                "//other/a",
                                "/a#b",
                                "/a\\b",
                                "/a\177",
                                "/a\200",
                                "?a"));
        for (int place = 0; place < PSEUDO.length; place++) {
            for (String value : odd.get(place)) {
                String[] fields = head();
                fields[place] = PSEUDO[place] + ": " + value;
                add(PSEUDO[place], value, headers(1, false, fields), data(1, true, "hello"));
            }
            add(
                    "second " + PSEUDO[place],
                    "",
                    headers(1, true, head(PSEUDO[place] + ": " + USUAL[place])));
            add(
                    "late " + PSEUDO[place],
                    "",
                    headers(1, true, head("x: y", PSEUDO[place] + ": " + USUAL[place])));
        }
        for (String unknown : List.of(":status: 200", ":protocol: websocket", ":x: y", ":: y")) {
            add("pseudo-header", unknown, headers(1, true, head(unknown)));
        }
    }

    private void lengths() {
        for (String length :
                List.of(
                        "0",
                        "4",
                        "5",
                        "6",
                        "05",
                        "+5",
                        "-5",
                        "5,5",
                        "",
                        "5 5",
                        "0x5",
                        "18446744073709551621",
                        "five")) {
            add(
                    "length",
                    length,
                    headers(1, false, head("content-length: " + length)),
                    data(1, true, "hello"));
        }
        add(
                "two lengths",
                "5 and 5",
                headers(1, false, head("content-length: 5", "content-length: 5")),
                data(1, true, "hello"));
        add("length without a body", "5", headers(1, true, head("content-length: 5")));
        add(
                "length, in two frames",
                "3",
                headers(1, false, head("content-length: 3")),
                data(1, false, "abc"),
                data(1, true, OTHER));
        add(
                "body that looks like a request",
                "",
                headers(1, false, head()),
                data(1, true, "0\r\n\r\n" + OTHER));
    }

    private void trailers() {
        for (String trailer :
                List.of(
                        "x: y",
                        "transfer-encoding: chunked",
                        "content-length: 5",
                        "host: other",
                        "connection: close",
                        ":path: /x",
                        "x: y\r\n\r\n" + OTHER,
                        "x: \0",
                        "X: y",
                        "x-mesh-caller: root")) {
            add(
                    "trailer",
                    trailer,
                    headers(1, false, head()),
                    data(1, false, "hello"),
                    headers(1, true, trailer));
        }
    }

    private void paths() {
        for (String path :
                List.of(
                        "/a/../b",
                        "/%2e%2e/b",
                        "/a%2fb",
                        "/a%00b",
                        "/a//b",
                        "/a;b",
                        "/a%5cb",
                        "/a%252fb",
                        "/a%0d%0ax:%20y",
                        "/a%zz")) {
            String[] fields = head();
            fields[3] = ":path: " + path;
            add("path", path, headers(1, false, fields), data(1, true, "hello"));
        }
    }
}
