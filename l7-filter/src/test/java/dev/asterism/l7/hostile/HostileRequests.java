package dev.asterism.l7.hostile;

import java.util.ArrayList;
import java.util.List;

/**
 * Requests of a hostile client, as HTTP/1 text: our own corpus, made from the published classes of request smuggling
 * and not from anybody's list. The classes are those of RFC 9112 11.2, of the papers on HTTP desync attacks (CL.TE,
 * TE.CL, TE.TE, CL.0, h2c smuggling, chunk extensions, trailers) and of the catalogue of framing bugs that HTTP Garden
 * keeps: each class is a list of pieces, put into one frame. Behind each stands a second request, {@link #NEXT}, which
 * whoever reads the first one in another way may find in another place.
 *
 * <p>What the filter makes of each is in {@code requests.txt} beside the resources of this package.
 */
public final class HostileRequests {

    /** A request in the place where it should come. */
    static final String NEXT = "GET /next HTTP/1.1\r\nHost: orders\r\n\r\n";

    private static final String POST = "POST /a HTTP/1.1\r\nHost: orders\r\n";
    private static final String END = "\r\n";
    private static final String FIVE = "hello";
    private static final String CHUNKS = "5\r\nhello\r\n0\r\n\r\n";
    private static final String LAST = "0\r\n\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

    private final List<Hostile> all = new ArrayList<>();

    private HostileRequests() {}

    /** Each with a name of its own. */
    public static List<Hostile> all() {
        HostileRequests corpus = new HostileRequests();
        corpus.codings();
        corpus.codingNames();
        corpus.lengths();
        corpus.lengthNames();
        corpus.both();
        corpus.methods();
        corpus.lines();
        corpus.folds();
        corpus.fieldNames();
        corpus.fieldValues();
        corpus.requestLines();
        corpus.targets();
        corpus.hosts();
        corpus.chunkSizes();
        corpus.chunkData();
        corpus.trailers();
        corpus.connections();
        corpus.paths();
        return List.copyOf(corpus.all);
    }

    private void add(String kind, String piece, String... parts) {
        all.add(new Hostile(kind + ": " + Hostile.shown(piece), String.join("", parts) + NEXT));
    }

    // --- where the body ends ---

    /** A coding that some take for chunked and some do not, alone and with a length that fits. */
    private void codings() {
        for (String value :
                List.of(
                        "chunked",
                        "Chunked",
                        "CHUNKED",
                        "\tchunked",
                        "chunked\t",
                        "chunked  ",
                        "\13chunked",
                        "chunked\13",
                        "\14chunked",
                        "chunked\14",
                        "\0chunked",
                        "chunked\0",
                        "chunked\0x",
                        "\1chunked",
                        "chunked\177",
                        "xchunked",
                        "chunkedx",
                        "x chunked",
                        "chunked x",
                        "chunked,",
                        ",chunked",
                        ", chunked",
                        "chunked, chunked",
                        "chunked, identity",
                        "identity, chunked",
                        "identity",
                        "gzip, chunked",
                        "chunked, gzip",
                        "gzip",
                        "deflate, chunked",
                        "chunked;q=1",
                        "chunked; a=b",
                        "\"chunked\"",
                        "'chunked'",
                        "chunked\\",
                        "c\\hunked",
                        "",
                        ",",
                        "*",
                        "trailers",
                        "%63hunked",
                        "\240chunked",
                        "chunked\240",
                        "\357\273\277chunked",
                        "chunked(c)",
                        "chunked/1",
                        "chun ked",
                        "chu\rnked")) {
            add("coding", value, POST, "Transfer-Encoding: ", value, END, END, CHUNKS);
            add(
                    "coding and length",
                    value,
                    POST,
                    "Content-Length: 15\r\nTransfer-Encoding: ",
                    value,
                    END,
                    END,
                    CHUNKS);
        }
    }

    /** Beside a length that says something else. */
    private void codingNames() {
        for (String name :
                List.of(
                        "Transfer_Encoding:",
                        "Transfer-Encoding :",
                        "Transfer-Encoding\t:",
                        " Transfer-Encoding:",
                        "\tTransfer-Encoding:",
                        "Transfer-Encoding\0:",
                        "Transfer-Encoding\13:",
                        "\1Transfer-Encoding:",
                        "Transfer Encoding:",
                        "Transfer-Encoding",
                        "Transfer-Encoding;",
                        "Transfer-Encoding=",
                        "Transfer-Encoding::",
                        "Transfer%2dEncoding:",
                        "Transfer-Encodin\307:",
                        "Transfer-Encoding\240:",
                        "\357\273\277Transfer-Encoding:",
                        "X: y\nTransfer-Encoding:",
                        "X: y\rTransfer-Encoding:",
                        "X: y\r\r\nTransfer-Encoding:",
                        "X:\r\n Transfer-Encoding:",
                        "Transfer-Encoding\r\n:",
                        "\r\nTransfer-Encoding:",
                        "\nTransfer-Encoding:",
                        ":Transfer-Encoding:",
                        "TransferEncoding:",
                        "Content-Transfer-Encoding:",
                        "\"Transfer-Encoding\":")) {
            add(
                    "name of a coding",
                    name,
                    POST,
                    "Content-Length: 5\r\n",
                    name,
                    " chunked\r\n\r\n",
                    LAST);
        }
    }

    private void lengths() {
        for (String value :
                List.of(
                        "5",
                        "05",
                        "0005",
                        "+5",
                        "-5",
                        "--5",
                        " 5",
                        "5 ",
                        "\t5",
                        "5\t",
                        "\0135",
                        "5\13",
                        "\0005",
                        "5\0",
                        "5,5",
                        "5, 5",
                        "5,",
                        ",5",
                        "5 5",
                        "5;",
                        "5;q=1",
                        "5.0",
                        "5e0",
                        "5E0",
                        "0x5",
                        "0b101",
                        "0o5",
                        "\"5\"",
                        "'5'",
                        "5a",
                        "a5",
                        "5_",
                        "5/1",
                        "5\r\n 0",
                        "\r\n 5",
                        "",
                        "18446744073709551621",
                        "9223372036854775813",
                        "4294967301",
                        "99999999999999999999999999999999",
                        "\357\274\225",
                        "5\240",
                        "\2405",
                        "5\n",
                        "(5)",
                        "five",
                        "-0",
                        "+0")) {
            add("length", value, POST, "Content-Length: ", value, END, END, FIVE);
        }
    }

    private void lengthNames() {
        for (String name :
                List.of(
                        "Content_Length:",
                        "Content-Length :",
                        "Content-Length\t:",
                        " Content-Length:",
                        "\tContent-Length:",
                        "Content-Length\0:",
                        "Content Length:",
                        "Content-Length",
                        "Content-Length=",
                        "Content-Length::",
                        "Content-Length\240:",
                        "X: y\nContent-Length:",
                        "X: y\rContent-Length:",
                        "X: y\0\r\nContent-Length:",
                        "\13Content-Length:")) {
            add("name of a length", name, POST, name, " 38\r\n\r\n");
        }
    }

    private void both() {
        for (String fields :
                List.of(
                        "Content-Length: 5\r\nContent-Length: 5\r\n",
                        "Content-Length: 5\r\nContent-Length: 0\r\n",
                        "Content-Length: 0\r\nContent-Length: 5\r\n",
                        "Content-Length: 5\r\nContent-Length: 05\r\n",
                        "Content-Length: 5\r\ncontent-length: 5\r\n",
                        "Content-Length: 5\r\nContent-Length:\r\n",
                        "Content-Length: 5, 5\r\nContent-Length: 5\r\n",
                        "Content-Length: 5\r\nX: y\r\nContent-Length: 6\r\n",
                        "Content-Length: 0\r\n" + CHUNKED,
                        CHUNKED + "Content-Length: 0\r\n",
                        CHUNKED + "Content-Length: 5\r\n",
                        CHUNKED + "Content-Length: x\r\n",
                        CHUNKED + CHUNKED,
                        CHUNKED + "Transfer-Encoding: identity\r\n",
                        "Transfer-Encoding: identity\r\n" + CHUNKED,
                        "Transfer-Encoding: gzip\r\n" + CHUNKED,
                        CHUNKED + "Transfer-Encoding: x\r\n",
                        CHUNKED + "Transfer-Encoding:\r\n",
                        "Content-Length: 5\r\n" + CHUNKED + "Connection: transfer-encoding\r\n",
                        "Content-Length: 5\r\n" + CHUNKED + "Connection: content-length\r\n")) {
            add("two", fields, POST, fields, END, FIVE);
        }
    }

    /** With which nobody expects a body (CL.0). */
    private void methods() {
        for (String method : List.of("GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "PATCH", "X")) {
            String line = method + " /a HTTP/1.1\r\nHost: orders\r\n";
            add("body of", method, line, "Content-Length: 5\r\n\r\n", FIVE);
            add("chunks of", method, line, CHUNKED, END, CHUNKS);
        }
        add("body of", "HTTP/1.0", "POST /a HTTP/1.0\r\nContent-Length: 5\r\n\r\n", FIVE);
        add("chunks of", "HTTP/1.0", "POST /a HTTP/1.0\r\nHost: orders\r\n", CHUNKED, END, CHUNKS);
        add("kept", "HTTP/1.0", "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    }

    // --- lines ---

    private void lines() {
        for (String end :
                List.of("\n", "\r", "\r\r\n", "\n\r", "\0\r\n", "\13\r\n", "\205", " \r\n")) {
            add("end of the first line", end, "GET /a HTTP/1.1", end, "Host: orders\r\n\r\n");
            add("end of a field", end, "GET /a HTTP/1.1\r\nHost: orders", end, "X: y\r\n\r\n");
            add("end of the head", end, "GET /a HTTP/1.1\r\nHost: orders\r\n", end);
        }
        for (String before :
                List.of("\r\n", "\r\n\r\n\r\n", "\n", "\r", " ", "\t", "\0", "x\r\n", " \r\n")) {
            add("before a request", before, before, "GET /a HTTP/1.1\r\nHost: orders\r\n\r\n");
        }
        for (String behind : List.of("\r\n", "\n", "\r", " ", "x", "\0")) {
            add("behind a body", behind, POST, "Content-Length: 5\r\n\r\n", FIVE, behind);
        }
    }

    private void folds() {
        for (String fold : List.of("\r\n ", "\r\n\t", "\r\n  \t ", "\n ", "\r ", "\r\n \r\n ")) {
            add("fold in a field", fold, POST, "X: y", fold, "z\r\n\r\n");
            add("fold before a coding", fold, POST, "X: y", fold, CHUNKED, END, LAST);
            add(
                    "fold behind the first line",
                    fold,
                    "GET /a HTTP/1.1",
                    fold,
                    "Host: orders\r\n\r\n");
        }
    }

    private void fieldNames() {
        for (String name :
                List.of(
                        "",
                        " ",
                        "X ",
                        "X\t",
                        " X",
                        "X Y",
                        "X\0",
                        "X\r",
                        "X\n",
                        "X\13",
                        "X\177",
                        "X(",
                        "X)",
                        "X,",
                        "X/",
                        "X;",
                        "X<",
                        "X=",
                        "X>",
                        "X?",
                        "X@",
                        "X[",
                        "X\\",
                        "X]",
                        "X{",
                        "X}",
                        "X\"",
                        "X\200",
                        "X\303\244")) {
            add("name", name, "GET /a HTTP/1.1\r\nHost: orders\r\n", name, ": y\r\n\r\n");
        }
        add("line", "X", "GET /a HTTP/1.1\r\nHost: orders\r\nX\r\n\r\n");
        add(
                "line",
                "GET /x HTTP/1.1",
                "GET /a HTTP/1.1\r\nHost: orders\r\nGET /x HTTP/1.1\r\n\r\n");
    }

    /** Every control character, and what is allowed though it looks odd. */
    private void fieldValues() {
        List<Integer> odd = new ArrayList<>();
        for (int c = 0; c < 0x20; c++) {
            odd.add(c);
        }
        odd.addAll(List.of(0x7f, 0x80, 0xa0, 0xff));
        for (int c : odd) {
            String value = "y" + (char) c + "z";
            add("value", value, "GET /a HTTP/1.1\r\nHost: orders\r\nX: ", value, "\r\n\r\n");
        }
    }

    // --- the first line ---

    private void requestLines() {
        for (String line :
                List.of(
                        "GET /a HTTP/1.2",
                        "GET /a HTTP/1.9",
                        "GET /a HTTP/2.0",
                        "GET /a HTTP/0.9",
                        "GET /a HTTP/3",
                        "GET /a HTTP/1",
                        "GET /a HTTP/1.",
                        "GET /a HTTP/1.10",
                        "GET /a HTTP/01.1",
                        "GET /a HTTP/1.01",
                        "GET /a HTTP/11",
                        "GET /a HTTP/1,1",
                        "GET /a http/1.1",
                        "GET /a HTTPS/1.1",
                        "GET /a HTTP /1.1",
                        "GET /a HTTP/ 1.1",
                        "GET /a HTTP/1.1 ",
                        "GET /a HTTP/1.1\t",
                        "GET /a  HTTP/1.1",
                        "GET  /a HTTP/1.1",
                        "GET\t/a HTTP/1.1",
                        "GET /a\tHTTP/1.1",
                        "GET\13/a HTTP/1.1",
                        "GET /a",
                        "GET",
                        "GET /a HTTP/1.1 HTTP/1.1",
                        "GET /a /b HTTP/1.1",
                        "get /a HTTP/1.1",
                        "G@T /a HTTP/1.1",
                        "G(T /a HTTP/1.1",
                        "G\0T /a HTTP/1.1",
                        "G\211T /a HTTP/1.1",
                        ": /a HTTP/1.1",
                        "\"GET\" /a HTTP/1.1",
                        "GET/a HTTP/1.1",
                        "HTTP/1.1 200 OK",
                        "PRI * HTTP/2.0",
                        "CONNECT orders:80 HTTP/1.1",
                        "CONNECT /a HTTP/1.1",
                        "GET /a +HTTP/1.1",
                        "GET /a HTTP/+1.1",
                        "GET /a HTTP/1.-1",
                        "GET /a HTTP/1.x",
                        "GET /a\0 HTTP/1.1",
                        "GET /a HTTP/1.1\0")) {
            add("first line", line, line, "\r\nHost: orders\r\n\r\n");
        }
    }

    private void targets() {
        for (String target :
                List.of(
                        "/a#b",
                        "/a\\b",
                        "/a\177",
                        "/a\200",
                        "/a\303\244",
                        "a",
                        "?a",
                        "#",
                        "*",
                        "//",
                        "//orders/a",
                        "///a",
                        "http://orders/a",
                        "http://other/a",
                        "http://orders",
                        "http://orders?a",
                        "http:///a",
                        "http:/a",
                        "http:a",
                        "https://orders/a",
                        "HTTP://ORDERS/a",
                        "http://u@orders/a",
                        "http://u:p@orders/a",
                        "http://orders:80/a",
                        "http://orders:/a",
                        "http://orders\\@other/a",
                        "http://other@orders/a",
                        "http://[::1]/a",
                        "http://orders/a#b",
                        "ftp://orders/a",
                        "file:///a",
                        "javascript:a",
                        "orders:80",
                        "/a?b=/../c",
                        "/a?b#c",
                        "/a|b",
                        "/a<b>",
                        "/a\"b",
                        "/a{b}",
                        "/a^b`c")) {
            add("target", target, "GET ", target, " HTTP/1.1\r\nHost: orders\r\n\r\n");
        }
    }

    private void hosts() {
        for (String fields :
                List.of(
                        "",
                        "Host:\r\n",
                        "Host: \r\n",
                        "Host: orders\r\nHost: orders\r\n",
                        "Host: orders\r\nHost: other\r\n",
                        "Host: orders\r\nhost: orders\r\n",
                        "Host: orders, other\r\n",
                        "Host: orders other\r\n",
                        "Host: u@orders\r\n",
                        "Host: orders/a\r\n",
                        "Host: orders?a\r\n",
                        "Host: orders#a\r\n",
                        "Host: orders\\a\r\n",
                        "Host: http://orders\r\n",
                        "Host: orders:80:80\r\n",
                        "Host: orders:x\r\n",
                        "Host: orders:\r\n",
                        "Host: orders:-1\r\n",
                        "Host: :80\r\n",
                        "Host: orders\0\r\n",
                        "Host: orders\13\r\n",
                        "Host: orders\240\r\n",
                        "Host: \"orders\"\r\n",
                        "Host: <orders>\r\n",
                        "Host: orders\r\n other\r\n",
                        "Host : orders\r\n",
                        " Host: orders\r\n",
                        "Host\t: orders\r\n",
                        "Host: orders\r\nHost : other\r\n",
                        "Host: orders\r\nX-Forwarded-Host: x\r\n",
                        "Host: [::1\r\n",
                        "Host: ORDERS\r\n",
                        "Host: orders.\r\n")) {
            add("host", fields, "GET /a HTTP/1.1\r\n", fields, END);
        }
    }

    // --- chunks ---

    private void chunkSizes() {
        for (String size :
                List.of(
                        "5",
                        "05",
                        "0000000000005",
                        "00000000000000000000000005",
                        "+5",
                        "-5",
                        " 5",
                        "\t5",
                        "5 ",
                        "5\t",
                        "5  ",
                        "\0135",
                        "5\13",
                        "5\0",
                        "0x5",
                        "0X5",
                        "x5",
                        "5h",
                        "5_",
                        "5.",
                        "5,",
                        "5;",
                        "5;a",
                        "5;a=b",
                        "5;a=\"b\"",
                        "5 ;a",
                        "5; a",
                        "5;a =b",
                        "5;a= b",
                        "5;a=\"b",
                        "5;a=\"\r\n",
                        "5;a\nb",
                        "5;a\rb",
                        "5;a\0b",
                        "5;;",
                        "5;=",
                        "5;a=",
                        "5\n",
                        "5\r",
                        "5\r\r\n",
                        "",
                        "\r\n5",
                        "10000000000000005",
                        "100000005",
                        "ffffffffffffffff",
                        "8000000000000005",
                        "five",
                        "\357\274\225",
                        "5;a\177")) {
            add("size", size, POST, CHUNKED, END, size, "\r\nhello\r\n0\r\n\r\n");
        }
        add(
                "size",
                "long extension",
                POST,
                CHUNKED,
                END,
                "5;",
                "a".repeat(600),
                "\r\nhello\r\n",
                LAST);
    }

    private void chunkData() {
        for (String behind :
                List.of("", "\n", "\r", "XX", "\r\r\n", "\n\r", " \r\n", "\r\n\r\n", "!\r\n")) {
            add("behind a chunk", behind, POST, CHUNKED, END, "5\r\nhello", behind, LAST);
        }
        for (String last :
                List.of(
                        "0\r\n\r\n",
                        "00\r\n\r\n",
                        "0;a\r\n\r\n",
                        "0\n\n",
                        "0\r\n\n",
                        "0\n\r\n",
                        "0\r\r",
                        "0\r\n\r",
                        "-0\r\n\r\n",
                        "+0\r\n\r\n",
                        "0 \r\n\r\n",
                        "0x0\r\n\r\n",
                        "\r\n",
                        "")) {
            add("last chunk", last, POST, CHUNKED, END, "5\r\nhello\r\n", last);
        }
    }

    private void trailers() {
        for (String trailer :
                List.of(
                        "X: y\r\n",
                        "X : y\r\n",
                        "X: y\r\n z\r\n",
                        "X: y\n",
                        "X: y\0\r\n",
                        "X\r\n",
                        ": y\r\n",
                        " X: y\r\n",
                        "Content-Length: 5\r\n",
                        CHUNKED,
                        "Host: other\r\n",
                        "Connection: close\r\n",
                        "Expect: 100-continue\r\n",
                        "X-Mesh-Caller: root\r\n",
                        "GET /x HTTP/1.1\r\nHost: orders\r\n",
                        "X: y\rZ: a\r\n",
                        "Upgrade: h2c\r\n")) {
            add("trailer", trailer, POST, CHUNKED, END, "5\r\nhello\r\n0\r\n", trailer, END);
        }
    }

    // --- the connection ---

    private void connections() {
        for (String fields :
                List.of(
                        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
                        "Connection: Upgrade\r\nUpgrade: h2c\r\n",
                        "Upgrade: h2c\r\n",
                        "Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n",
                        "Connection: Upgrade\r\nUpgrade: websocket\r\n",
                        "Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n",
                        "Connection: Upgrade\r\n",
                        "Connection: Host\r\n",
                        "Connection: X-Mesh-Caller\r\n",
                        "Connection: close, X\r\nX: y\r\n",
                        "Connection: a b\r\n",
                        "Connection: \"close\"\r\n",
                        "Connection: close\0\r\n",
                        "Connection: @\r\n",
                        "Connection: ,,,\r\n",
                        "Connection: keep-alive, close\r\n",
                        "Proxy-Connection: keep-alive\r\n",
                        "Keep-Alive: timeout=5\r\n",
                        "TE: chunked\r\n",
                        "TE: trailers, chunked\r\n",
                        "Expect: 100-continue\r\n",
                        "Expect: 100-Continue\r\n",
                        "Expect: 200-ok\r\n",
                        "Expect:\r\n",
                        "Expect: 100-continue, x\r\n",
                        "X-Mesh-Caller: root\r\n",
                        "x_mesh_caller: root\r\n",
                        "X-Mesh-Caller : root\r\n")) {
            add("connection", fields, "GET /a HTTP/1.1\r\nHost: orders\r\n", fields, END);
        }
    }

    /** Paths that a rule could see as another one than the application does. */
    private void paths() {
        for (String path :
                List.of(
                        "/a/../b",
                        "/a/./b",
                        "/a//b",
                        "/../b",
                        "/..",
                        "/.",
                        "/a/..",
                        "/a/.",
                        "/a/...",
                        "/%2e%2e/b",
                        "/%2e/b",
                        "/a/%2E%2E/b",
                        "/.%2e/b",
                        "/a%2fb",
                        "/a%2Fb",
                        "/a%5cb",
                        "/a%00b",
                        "/a%0ab",
                        "/a%0d%0ab",
                        "/a%20b",
                        "/a%2520b",
                        "/a%252e%252e/b",
                        "/a%252fb",
                        "/a%",
                        "/a%4",
                        "/a%zz",
                        "/%61",
                        "/a%c0%ae",
                        "/a%c0%af",
                        "/a%u002f",
                        "/a;b/c",
                        "/a;/../b",
                        "/a%3bb",
                        "/a..;/b",
                        "/a/b;c=d",
                        "/a\\..\\b",
                        "/a%09b",
                        "/a%7f",
                        "/a%ff",
                        "/a%23b",
                        "/a%3fb",
                        "/./",
                        "/a/b/../../../c",
                        "/~a",
                        "/a:b",
                        "/a@b",
                        "/a%2e",
                        "/%2f/a",
                        "/*",
                        "/a,b",
                        "/a'b",
                        "/a$b")) {
            add("path", path, "GET ", path, " HTTP/1.1\r\nHost: orders\r\n\r\n");
        }
    }
}
