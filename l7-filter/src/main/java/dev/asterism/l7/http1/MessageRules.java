package dev.asterism.l7.http1;

import dev.asterism.l7.exchange.InputRefusal;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;

/**
 * What the fields of one head mean together: where the body ends, RFC 9112 6, which host is asked for, RFC 9112 3.2,
 * and what is for this connection only, RFC 9110 7.6.1. Everything on which two servers could disagree is refused, as
 * that is how requests are smuggled. The results are flags of the head; a refusal is a status with a minus. Allocates
 * nothing.
 */
final class MessageRules {

    private static final int OK = 0;
    private static final int BAD = -400;
    private static final int EXPECTATION_FAILED = -417;

    /** So many words in all Connection fields: each is compared with every field. */
    private static final int MOST_CONNECTION_WORDS = 32;

    private static final byte[] CHUNKED = Ascii.bytes("chunked");
    private static final byte[] CLOSE = Ascii.bytes("close");
    private static final byte[] KEEP_ALIVE = Ascii.bytes("keep-alive");
    private static final byte[] UPGRADE = Ascii.bytes("upgrade");
    private static final byte[] WEBSOCKET = Ascii.bytes("websocket");
    private static final byte[] TRAILERS = Ascii.bytes("trailers");
    private static final byte[] CONTINUE = Ascii.bytes("100-continue");
    private static final byte[] OUR_PREFIX = Ascii.bytes("x-mesh-");

    private InputRefusal why = InputRefusal.FRAMING;
    private boolean close;
    private boolean keepAlive;
    private boolean upgrade;
    private int words;

    /** Where the last head that was refused with 400 is wrong. */
    InputRefusal why() {
        return why;
    }

    int request(Head head) {
        int refusal = fields(head);
        if (refusal == OK) {
            refusal = expectation(head);
        }
        return refusal == OK ? host(head) : refusal;
    }

    int answer(Head head) {
        return fields(head);
    }

    private int fields(Head head) {
        close = false;
        keepAlive = false;
        upgrade = false;
        words = 0;
        for (int row = 0; row < head.count(); row++) {
            int id = head.id(row);
            if (id != FieldNames.OTHER
                    && id <= FieldNames.CONTENT_LENGTH
                    && !field(head, row, id)) {
                return bad(
                        id == FieldNames.CONNECTION
                                ? InputRefusal.CONNECTION
                                : InputRefusal.FRAMING);
            }
        }
        if (head.has(Head.CHUNKED) && head.contentLength() >= 0) {
            return bad(InputRefusal.FRAMING);
        }
        if (close || head.has(Head.HTTP_10) && !keepAlive) {
            head.flag(Head.CLOSE);
        }
        if (!upgrade || head.has(Head.HTTP_10 | Head.CHUNKED) || head.contentLength() > 0) {
            head.unflag(Head.UPGRADES);
        }
        return OK;
    }

    private boolean field(Head head, int row, int id) {
        switch (id) {
            case FieldNames.CONNECTION -> {
                return connection(head, row);
            }
            case FieldNames.TRANSFER_ENCODING -> {
                if (!head.valueIs(row, CHUNKED) || head.has(Head.CHUNKED | Head.HTTP_10)) {
                    return false;
                }
                head.flag(Head.CHUNKED);
            }
            case FieldNames.CONTENT_LENGTH -> {
                long length = head.valueNumber(row);
                if (length < 0 || head.contentLength() >= 0) {
                    return false;
                }
                head.contentLength(length);
            }
            case FieldNames.UPGRADE -> {
                if (head.valueIs(row, WEBSOCKET)) {
                    head.flag(Head.UPGRADES);
                }
            }
            case FieldNames.TE -> {
                if (head.valueIs(row, TRAILERS)) {
                    head.flag(Head.TAKES_TRAILERS);
                }
            }
            default -> {}
        }
        return true;
    }

    /** Words with commas between them; empty ones are allowed, RFC 9110 5.6.1. */
    private boolean connection(Head head, int row) {
        byte[] b = head.bytes();
        int end = head.valueAt(row) + head.valueLength(row);
        int p = head.valueAt(row);
        while (p < end) {
            int wordEnd = p;
            while (wordEnd < end && Ascii.isToken(b[wordEnd])) {
                wordEnd++;
            }
            if (wordEnd == p) {
                if (b[p] != ',' && b[p] != ' ' && b[p] != '\t') {
                    return false;
                }
                p++;
                continue;
            }
            if (++words > MOST_CONNECTION_WORDS) {
                return false;
            }
            word(head, p, wordEnd - p);
            p = wordEnd;
        }
        return true;
    }

    private void word(Head head, int at, int length) {
        byte[] b = head.bytes();
        if (Ascii.isWord(b, at, length, CLOSE)) {
            close = true;
        } else if (Ascii.isWord(b, at, length, KEEP_ALIVE)) {
            keepAlive = true;
        } else if (Ascii.isWord(b, at, length, UPGRADE)) {
            upgrade = true;
        } else {
            nominate(head, at, length);
        }
    }

    /** A field named by Connection is for this hop only; but nobody strips what frames or identifies a request. */
    private static void nominate(Head head, int at, int length) {
        byte[] b = head.bytes();
        boolean ours =
                length > OUR_PREFIX.length && Ascii.isWord(b, at, OUR_PREFIX.length, OUR_PREFIX);
        if (ours) {
            return;
        }
        for (int row = 0; row < head.count(); row++) {
            int id = head.id(row);
            boolean framing = id >= FieldNames.TRANSFER_ENCODING && id <= FieldNames.EXPECT;
            if (!framing
                    && id != FieldNames.CONNECTION
                    && id != FieldNames.UPGRADE
                    && id != FieldNames.TE
                    && head.nameLength(row) == length
                    && Ascii.sameWord(b, head.nameAt(row), at, length)) {
                head.renumber(row, FieldNames.NOMINATED);
            }
        }
    }

    private static int expectation(Head head) {
        int row = head.find(FieldNames.EXPECT);
        if (row < 0 || head.has(Head.HTTP_10)) {
            return OK;
        }
        if (!head.valueIs(row, CONTINUE)) {
            return EXPECTATION_FAILED;
        }
        head.flag(Head.EXPECTS_CONTINUE);
        return OK;
    }

    private int bad(InputRefusal where) {
        why = where;
        return BAD;
    }

    private int host(Head head) {
        int row = head.find(FieldNames.HOST);
        if (row < 0) {
            return head.has(Head.HTTP_10) ? OK : bad(InputRefusal.HOST);
        }
        byte[] b = head.bytes();
        int length = head.valueLength(row);
        if (head.findFrom(row + 1, FieldNames.HOST) >= 0
                || !Ascii.isAuthority(b, head.valueAt(row), length)) {
            return bad(InputRefusal.HOST);
        }
        if (!head.has(Head.ABSOLUTE)) {
            return OK;
        }
        boolean same =
                head.partLength(Head.AUTHORITY) == length
                        && Ascii.sameWord(
                                b, head.valueAt(row), head.partAt(Head.AUTHORITY), length);
        return same ? OK : bad(InputRefusal.HOST);
    }
}
