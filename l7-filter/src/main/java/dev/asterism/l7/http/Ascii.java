package dev.asterism.l7.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The characters of HTTP as bytes: classes, comparison without regard to case, numbers. Allocates nothing; safe on
 * any thread.
 */
public final class Ascii {

    private static final int TOKEN = 1;
    private static final int UPPER = 2;
    private static final int TARGET = 4;
    private static final int AUTHORITY = 8;

    private static final int MOST_DIGITS = 18;

    private static final byte[] CLASS = classes();

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long DELETES = 0x7f7f7f7f7f7f7f7fL;

    private Ascii() {}

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int c = 0x21; c < 0x7f; c++) {
            classes[c] |= TARGET;
        }
        classes['#'] = 0;
        mark(classes, "0123456789abcdefghijklmnopqrstuvwxyz!#$%&'*+-.^_`|~", TOKEN);
        mark(classes, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", TOKEN | UPPER | AUTHORITY);
        mark(classes, "0123456789abcdefghijklmnopqrstuvwxyz-._~%!$&'()*+;=:[]", AUTHORITY);
        return classes;
    }

    private static void mark(byte[] classes, String characters, int with) {
        characters.chars().forEach(c -> classes[c] |= (byte) with);
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A character of a method or field name, RFC 9110 5.6.2. */
    public static boolean isToken(byte b) {
        return (CLASS[b & 0xff] & TOKEN) != 0;
    }

    public static boolean isUpper(byte b) {
        return (CLASS[b & 0xff] & UPPER) != 0;
    }

    /** A character that a request's target may have: visible ASCII without the fragment's sign, RFC 9112 3.2. */
    public static boolean isTarget(byte b) {
        return (CLASS[b & 0xff] & TARGET) != 0;
    }

    public static boolean allTarget(byte[] b, int at, int length) {
        return allOf(b, at, length, TARGET);
    }

    public static boolean allToken(byte[] b, int at, int length) {
        return length > 0 && allOf(b, at, length, TOKEN);
    }

    /**
     * Host and port of RFC 3986 3.2.2 without user and without the comma, which would be two fields joined; may be
     * empty.
     */
    public static boolean isAuthority(byte[] b, int at, int length) {
        return allOf(b, at, length, AUTHORITY);
    }

    private static boolean allOf(byte[] b, int at, int length, int kind) {
        for (int i = at; i < at + length; i++) {
            if ((CLASS[b[i] & 0xff] & kind) == 0) {
                return false;
            }
        }
        return true;
    }

    /** A field's value in whole: no control character but the tabulator, RFC 9110 5.5. */
    public static boolean isFieldValue(byte[] b, int at, int length) {
        int end = at + length;
        int p = nextControl(b, at, end);
        while (p < end && b[p] == '\t') {
            p = nextControl(b, p + 1, end);
        }
        return p == end;
    }

    /** The place of the first byte below 0x20, or of 0x7f, from {@code from} on; {@code to} when there is none. */
    public static int nextControl(byte[] b, int from, int to) {
        int p = from;
        while (p + 8 <= to) {
            long word = (long) LONG.get(b, p);
            long noDelete = word ^ DELETES;
            long low = word - 0x20 * ONES & ~word & HIGH;
            long delete = noDelete - ONES & ~noDelete & HIGH;
            long hit = low | delete;
            if (hit != 0) {
                return p + (Long.numberOfTrailingZeros(hit) >> 3);
            }
            p += 8;
        }
        while (p < to && ((b[p] & 0xe0) != 0 && b[p] != 0x7f)) {
            p++;
        }
        return p;
    }

    /** Whether the range is {@code lower}, which is lower case, without regard to case. */
    public static boolean isWord(byte[] b, int at, int length, byte[] lower) {
        if (length != lower.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lowerCase(b[at + i]) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    public static boolean sameWord(byte[] b, int at, int otherAt, int length) {
        for (int i = 0; i < length; i++) {
            if (lowerCase(b[at + i]) != lowerCase(b[otherAt + i])) {
                return false;
            }
        }
        return true;
    }

    public static byte lowerCase(byte b) {
        return isUpper(b) ? (byte) (b | 0x20) : b;
    }

    public static boolean same(byte[] b, int at, int length, byte[] other) {
        return length == other.length && Arrays.equals(b, at, at + length, other, 0, length);
    }

    /** A number of 1 to 18 digits and nothing else; -1 for everything that is not one. */
    public static long number(byte[] b, int at, int length) {
        if (length == 0 || length > MOST_DIGITS) {
            return -1;
        }
        long value = 0;
        for (int i = at; i < at + length; i++) {
            int digit = b[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** Writes a number that is not negative and returns the place behind it. */
    public static int putNumber(byte[] into, int at, long number) {
        int digits = 1;
        for (long left = number / 10; left > 0; left /= 10) {
            digits++;
        }
        long left = number;
        for (int i = at + digits - 1; i >= at; i--) {
            into[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
        return at + digits;
    }

    /** Copies to {@code into} at {@code at} and returns the place behind it. */
    public static int put(byte[] into, int at, byte[] from) {
        System.arraycopy(from, 0, into, at, from.length);
        return at + from.length;
    }
}
