package dev.asterism.l7.hostile;

import static dev.asterism.l7.http2.FrameBytes.data;
import static dev.asterism.l7.http2.FrameBytes.frame;
import static dev.asterism.l7.http2.FrameBytes.goAway;
import static dev.asterism.l7.http2.FrameBytes.headers;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.reset;
import static dev.asterism.l7.http2.FrameBytes.settings;
import static dev.asterism.l7.http2.FrameBytes.windowUpdate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers of a hostile server, our own corpus: response splitting, two answers in place of one, lengths that are not
 * those of the body, codings, interim answers without end, bodies where none may be, and frames of HTTP/2 that do the
 * same. RFC 9112 6 and 11, RFC 9113 8 and 10.3; the classes as in {@link HostileRequests}.
 */
public final class HostileAnswers {

    /** What somebody else must never get. */
    public static final String POISON = "poison";

    private static final String SECOND = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n" + POISON;
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String FIVE = "hello";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String CHUNKS = "5\r\nhello\r\n0\r\n\r\n";

    private final List<Hostile> all = new ArrayList<>();

    private HostileAnswers() {}

    /** Of HTTP/1, to a GET; each with a name of its own. */
    public static List<Hostile> http1() {
        HostileAnswers corpus = new HostileAnswers();
        corpus.statusLines();
        corpus.lines();
        corpus.fields();
        corpus.lengths();
        corpus.codings();
        corpus.chunks();
        corpus.interims();
        corpus.surplus();
        return List.copyOf(corpus.all);
    }

    /** Of HTTP/1, to a HEAD. */
    public static List<Hostile> toHead() {
        HostileAnswers corpus = new HostileAnswers();
        for (String rest :
                List.of(
                        "Content-Length: 5\r\n\r\nhello",
                        "Content-Length: 5\r\n\r\n",
                        CHUNKED + "\r\n" + CHUNKS,
                        CHUNKED + "\r\n",
                        "\r\nhello",
                        "Content-Length: 0\r\n\r\n" + SECOND,
                        "Content-Length: 99\r\n\r\n" + SECOND,
                        CHUNKED + "\r\n" + SECOND,
                        CHUNKED + "Content-Length: 5\r\n\r\n",
                        "Content-Length: x\r\n\r\n")) {
            corpus.add("head", rest, OK, rest);
        }
        return List.copyOf(corpus.all);
    }

    /** Of HTTP/2, to a GET on stream 1. */
    public static List<Hostile> http2() {
        HostileAnswers corpus = new HostileAnswers();
        corpus.frames();
        return List.copyOf(corpus.all);
    }

    private void add(String kind, String piece, String... parts) {
        all.add(new Hostile(kind + ": " + Hostile.shown(piece), String.join("", parts)));
    }

    private void statusLines() {
        for (String line :
                List.of(
                        "HTTP/1.1 200 OK",
                        "HTTP/1.1 200 ",
                        "HTTP/1.1 200",
                        "HTTP/1.0 200 OK",
                        "HTTP/1.2 200 OK",
                        "HTTP/2.0 200 OK",
                        "HTTP/0.9 200 OK",
                        "http/1.1 200 OK",
                        "HTTP/1.1  200 OK",
                        "HTTP/1.1\t200 OK",
                        "HTTP/1.1 200\tOK",
                        " HTTP/1.1 200 OK",
                        "HTTP/1.1 20 OK",
                        "HTTP/1.1 2000 OK",
                        "HTTP/1.1 0200 OK",
                        "HTTP/1.1 +200 OK",
                        "HTTP/1.1 -200 OK",
                        "HTTP/1.1 2OO OK",
                        "HTTP/1.1 000 OK",
                        "HTTP/1.1 099 OK",
                        "HTTP/1.1 600 OK",
                        "HTTP/1.1 999 OK",
                        "HTTP/1.1 OK",
                        "HTTP/1.1",
                        "200 OK",
                        "HTTP/1.1 200 O\0K",
                        "HTTP/1.1 200 O\rK",
                        "HTTP/1.1 200 O\nK: x",
                        "HTTP/1.1 200 \303\244",
                        "HTTP/1.1 200 O\13K",
                        "HTTP/1.1 200 O\177K",
                        "HTTP/1.1 200 O\tK",
                        "HTTPS/1.1 200 OK",
                        "HTTP/11 200 OK",
                        "HTTP/1.1 200 OK ",
                        "ICY 200 OK",
                        "GET / HTTP/1.1",
                        "HTTP/1.1 \357\274\222200 OK",
                        "")) {
            add("status line", line, line, "\r\nContent-Length: 5\r\n\r\n", FIVE);
        }
    }

    private void lines() {
        for (String end : List.of("\n", "\r", "\r\r\n", "\n\r", "\0\r\n", "\13\r\n")) {
            add(
                    "end of the status line",
                    end,
                    "HTTP/1.1 200 OK",
                    end,
                    "Content-Length: 5\r\n\r\n",
                    FIVE);
            add("end of a field", end, OK, "X: y", end, "Content-Length: 5\r\n\r\n", FIVE);
            add("end of the head", end, OK, "Content-Length: 5\r\n", end, FIVE);
        }
        for (String before : List.of("\r\n", "\n", " ", "\0", "x", "\r\n\r\n")) {
            add("before an answer", before, before, OK, "Content-Length: 5\r\n\r\n", FIVE);
        }
    }

    private void fields() {
        for (String field :
                List.of(
                        "X : y",
                        "X\t: y",
                        " X: y",
                        "\tX: y",
                        ": y",
                        "X",
                        "X Y: z",
                        "X\0: y",
                        "X(: y",
                        "X\303: y",
                        "X: y\0",
                        "X: y\13",
                        "X: y\rZ: a",
                        "X: y\nZ: a",
                        "X: y\r\n z",
                        "X: y\r\n\tz",
                        "X:\r\n y",
                        "X: \177",
                        "X: \1",
                        "X: \200",
                        "Content-Length : 4",
                        " Content-Length: 4",
                        "Content-Length\0: 4",
                        "X: y\nContent-Length: 4",
                        "X: y\r\n Content-Length: 4",
                        "Content_Length: 4",
                        "x-mesh-reason: denied",
                        "Connection: close",
                        "Connection: content-length",
                        "Connection: x-mesh-reason",
                        "Connection: upgrade\r\nUpgrade: h2c",
                        "Connection: a b",
                        "Connection: \"x\"",
                        "Keep-Alive: timeout=0",
                        "Proxy-Connection: close",
                        "Trailer: content-length",
                        "Set-Cookie: a=b\r\nSet-Cookie: c=d")) {
            add("field", field, OK, field, "\r\nContent-Length: 5\r\n\r\n", FIVE);
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
                        "5, 5",
                        "5 5",
                        "5;",
                        "5.0",
                        "0x5",
                        "",
                        "18446744073709551621",
                        "4294967301",
                        "five",
                        "\0135",
                        "5\0",
                        "5\240",
                        "5\r\nContent-Length: 5",
                        "5\r\nContent-Length: 4",
                        "5\r\ncontent-length:",
                        "\r\n 5",
                        "5\n",
                        "-0")) {
            add("length", length, OK, "Content-Length: ", length, "\r\n\r\n", FIVE);
        }
        add("length", "none", OK, "\r\n", FIVE);
        add("length", "none, HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\n", FIVE);
    }

    private void codings() {
        for (String coding :
                List.of(
                        "chunked",
                        "Chunked",
                        "\tchunked",
                        "\13chunked",
                        "\0chunked",
                        "chunked\0",
                        "xchunked",
                        "chunked, chunked",
                        "chunked, identity",
                        "identity, chunked",
                        "identity",
                        "gzip, chunked",
                        "chunked, gzip",
                        "gzip",
                        "chunked;q=1",
                        "\"chunked\"",
                        "",
                        ",chunked",
                        "chunked\r\nTransfer-Encoding: chunked",
                        "chunked\r\nTransfer-Encoding: identity",
                        "\r\n chunked",
                        "chunked\240")) {
            add("coding", coding, OK, "Transfer-Encoding: ", coding, "\r\n\r\n", CHUNKS);
            add(
                    "coding and length",
                    coding,
                    OK,
                    "Content-Length: 15\r\nTransfer-Encoding: ",
                    coding,
                    "\r\n\r\n",
                    CHUNKS);
        }
        add("coding", "HTTP/1.0", "HTTP/1.0 200 OK\r\n", CHUNKED, "\r\n", CHUNKS);
        add("coding", "Transfer-Encoding :", OK, "Transfer-Encoding : chunked\r\n\r\n", CHUNKS);
    }

    private void chunks() {
        for (String size :
                List.of(
                        "+5",
                        "-5",
                        " 5",
                        "5 ",
                        "\t5",
                        "0x5",
                        "5_",
                        "5;a",
                        "5;a\nb",
                        "5;a\rb",
                        "5\n",
                        "5\r",
                        "",
                        "10000000000000005",
                        "100000005",
                        "five",
                        "05",
                        "5;a=\"\n")) {
            add("size", size, OK, CHUNKED, "\r\n", size, "\r\nhello\r\n0\r\n\r\n");
        }
        for (String behind : List.of("", "\n", "\r", "XX", "\r\r\n", "\r\n\r\n")) {
            add("behind a chunk", behind, OK, CHUNKED, "\r\n5\r\nhello", behind, "0\r\n\r\n");
        }
        for (String last :
                List.of("0\n\n", "0\r\n\n", "0\r\n", "0", "", "-0\r\n\r\n", "0x0\r\n\r\n")) {
            add("last chunk", last, OK, CHUNKED, "\r\n5\r\nhello\r\n", last);
        }
        for (String trailer :
                List.of(
                        "X: y\r\n",
                        "X : y\r\n",
                        "X: y\r\n z\r\n",
                        "X: y\n",
                        "X: \0\r\n",
                        "Content-Length: 9\r\n",
                        CHUNKED,
                        "HTTP/1.1 200 OK\r\n",
                        "X\r\n")) {
            add("trailer", trailer, OK, CHUNKED, "\r\n5\r\nhello\r\n0\r\n", trailer, "\r\n");
        }
    }

    private void interims() {
        String good = OK + "Content-Length: 5\r\n\r\n" + FIVE;
        for (String interim :
                List.of(
                        "HTTP/1.1 100 Continue\r\n\r\n",
                        "HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\n",
                        "HTTP/1.1 100 C\r\nContent-Length: 5\r\n\r\n",
                        "HTTP/1.1 100 C\r\n" + CHUNKED + "\r\n",
                        "HTTP/1.1 199 X\r\n\r\n",
                        "HTTP/1.1 102 P\r\nX : y\r\n\r\n",
                        "HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
                        "HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
                        "HTTP/1.1 101 S\r\n\r\n",
                        "HTTP/1.1 100 C\n\n",
                        "HTTP/1.1 100 C\r\n \r\n")) {
            add("interim", interim, interim, good);
        }
        add("interim", "17 times", "HTTP/1.1 100 C\r\n\r\n".repeat(17), good);
        add("interim", "and nothing", "HTTP/1.1 100 C\r\n\r\n");
    }

    private void surplus() {
        for (String head :
                List.of(
                        "200 OK\r\nContent-Length: 5\r\n\r\nhello",
                        "200 OK\r\nContent-Length: 0\r\n\r\n",
                        "204 N\r\n\r\n",
                        "204 N\r\nContent-Length: 5\r\n\r\n",
                        "204 N\r\n" + CHUNKED + "\r\n",
                        "304 N\r\n\r\n",
                        "304 N\r\nContent-Length: 99\r\n\r\n",
                        "304 N\r\n" + CHUNKED + "\r\n",
                        "200 OK\r\n" + CHUNKED + "\r\n" + CHUNKS,
                        "205 R\r\nContent-Length: 0\r\n\r\n")) {
            for (String more : List.of(SECOND, "x", "\r\n", "0\r\n\r\n")) {
                add("surplus", head + more, "HTTP/1.1 ", head, more);
            }
        }
    }

    // --- HTTP/2 ---

    private void addFrames(String name, byte[]... frames) {
        byte[] bytes = join(settings(), join(frames));
        all.add(new Hostile("h2 answer: " + name, new String(bytes, StandardCharsets.ISO_8859_1)));
    }

    private void frames() {
        byte[] hello = data(1, true, FIVE);
        for (String field :
                List.of(
                        "transfer-encoding: chunked",
                        "connection: close",
                        "Content-Length: 5",
                        "x: y\r\nz: a",
                        "x: y\n",
                        "x: \0",
                        "x: y\r\n\r\n" + SECOND,
                        "x\r\ny: z",
                        "x y: z",
                        "x(: y",
                        "upgrade: h2c",
                        "keep-alive: x",
                        "content-length: +5",
                        "content-length: 4",
                        "content-length: 6",
                        "content-length: 5, 5",
                        "content-length: ",
                        ":status: 200",
                        ":path: /",
                        "x: y ",
                        "x:  y",
                        "te: trailers",
                        "x-mesh-reason: denied")) {
            addFrames(Hostile.shown(field), headers(1, false, ":status: 200", field), hello);
        }
        for (String status :
                List.of("", "20", "2000", "+20", "099", "101", "abc", "200 OK", "600", "\r\nx")) {
            addFrames(
                    "status " + Hostile.shown(status),
                    headers(1, false, ":status: " + status),
                    hello);
        }
        addFrames("no status", headers(1, false, "x: y"), hello);
        addFrames("data before the head", hello);
        addFrames("end at an interim", headers(1, true, ":status: 100"));
        addFrames("204 with data", headers(1, false, ":status: 204"), hello);
        addFrames("304 with data", headers(1, false, ":status: 304"), hello);
        addFrames(
                "two heads",
                headers(1, false, ":status: 200"),
                headers(1, false, ":status: 200"),
                hello);
        addFrames(
                "line end in a trailer",
                headers(1, false, ":status: 200"),
                data(1, false, FIVE),
                headers(1, true, "x: y\r\nz: a"));
        addFrames(
                "status in a trailer",
                headers(1, false, ":status: 200"),
                data(1, false, FIVE),
                headers(1, true, ":status: 200"));
        addFrames(
                "answer on a stream nobody asked on",
                headers(3, false, ":status: 200"),
                data(3, true, POISON));
        addFrames(
                "answer on an even stream",
                headers(2, false, ":status: 200"),
                data(2, true, POISON));
        addFrames("push", frame(5, 4, 1, new byte[] {0, 0, 0, 2}));
        addFrames(
                "settings that switch push on",
                settings(2, 1),
                headers(1, false, ":status: 200"),
                hello);
        addFrames(
                "data behind the end",
                headers(1, false, ":status: 200"),
                hello,
                data(1, true, POISON));
        addFrames("reset behind the head", headers(1, false, ":status: 200"), reset(1, 0));
        addFrames("refused behind the head", headers(1, false, ":status: 200"), reset(1, 7));
        addFrames("goaway behind the head", headers(1, false, ":status: 200"), goAway(0, 0));
        addFrames("window of nothing", windowUpdate(1, 0));
        addFrames("window too large", windowUpdate(0, Integer.MAX_VALUE));
        addFrames("bad compression", frame(1, 5, 1, new byte[] {(byte) 0xff, 1}));
        addFrames("frame too large", frame(0, 0, 1, new byte[20_000]));
        addFrames(
                "headers that do not end",
                frame(1, 0, 1, new byte[] {(byte) 0x88}),
                data(1, true, FIVE));
    }
}
