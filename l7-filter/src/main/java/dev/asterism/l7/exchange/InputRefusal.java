package dev.asterism.l7.exchange;

import java.util.Locale;

/** Why the protocol itself refused what a client sent. No rule, route or limit of the configuration took part. */
public enum InputRefusal {
    /** The first line is no request line; or empty lines without end stand before it. */
    FIRST_LINE,
    /** Neither HTTP/1.0 nor 1.1. */
    VERSION,
    /** CONNECT. */
    METHOD,
    TARGET_TOO_LONG,
    /** A field line that is folded, has a blank before its colon, a bare CR or LF, or a control character. */
    FIELD,
    FIELDS_TOO_LARGE,
    /** Content-Length and Transfer-Encoding leave open where the body ends. */
    FRAMING,
    /** No Host, several, or another one than the target's. */
    HOST,
    /** A bad Connection field. */
    CONNECTION,
    EXPECTATION,
    /** A bad chunk, or bad trailers. */
    BODY,
    /** A head that was begun and did not end in time. */
    HEAD_TIMEOUT,
    /** An HTTP/2 request with fields that are not allowed, or without fields that are required. */
    H2_REQUEST,
    /** A frame on a stream that breaks the protocol, or more or less body than was announced. */
    H2_STREAM,
    /** No preface, or a frame that breaks the protocol of the connection. */
    H2_PROTOCOL,
    H2_FLOW_CONTROL,
    H2_STREAM_CLOSED,
    H2_FRAME_SIZE,
    H2_COMPRESSION,
    /** More resets, or more frames without effect, than correct clients send. */
    H2_FLOOD;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** For metrics and the access log. */
    public String word() {
        return word;
    }

    /**
     * For the status with which a parser has refused a head.
     *
     * @param where for a status that has several reasons
     */
    public static InputRefusal ofHead(int status, InputRefusal where) {
        return switch (status) {
            case 405 -> METHOD;
            case 414 -> TARGET_TOO_LONG;
            case 417 -> EXPECTATION;
            case 431 -> FIELDS_TOO_LARGE;
            case 505 -> VERSION;
            default -> where;
        };
    }
}
