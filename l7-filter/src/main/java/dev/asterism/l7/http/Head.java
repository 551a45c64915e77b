package dev.asterism.l7.http;

import java.util.Arrays;

/**
 * The head of a request or answer, or a trailer section, as offsets into bytes: five ints for each field and no
 * object. Filters see this and nothing else, whatever version of HTTP it came by.
 *
 * <p>Shape: a row is (name at, name length, value at, value length, number of the name). In text form (HTTP/1) the
 * bytes are the connection's input, lent for the call; otherwise they are an array of this head, filled through
 * {@link #append}. In both cases they are gone when the head is next filled, and nobody keeps them. Belongs to one
 * loop's thread.
 */
public final class Head {

    /** Parts of a request's first line, RFC 9112 3 and RFC 9113 8.3.1. */
    public static final int METHOD = 0;

    public static final int PATH = 1;
    public static final int SCHEME = 2;
    public static final int AUTHORITY = 3;

    /** The head is HTTP/1 text between {@link #start} and {@link #fieldsEnd}. */
    public static final int TEXT = 1;

    public static final int CHUNKED = 1 << 1;

    /** The connection ends behind this message. */
    public static final int CLOSE = 1 << 2;

    public static final int HTTP_10 = 1 << 3;

    /** A Connection field names other fields. */
    public static final int NOMINATES = 1 << 4;

    /** Asks for, or agrees to, another protocol that we let through. */
    public static final int UPGRADES = 1 << 5;

    public static final int EXPECTS_CONTINUE = 1 << 6;
    public static final int TAKES_TRAILERS = 1 << 7;

    /** The target was in absolute form, so the first line must be written anew. */
    public static final int ABSOLUTE = 1 << 8;

    /** More than the limit: fields are missing. */
    public static final int TOO_LARGE = 1 << 9;

    /** An HTTP/2 head that must not be forwarded, RFC 9113 8.1.1. */
    public static final int MALFORMED = 1 << 10;

    /** Free bytes in front of a text that is made own, for parts that take the place of others. */
    private static final int FRONT = 256;

    private static final int ROW = 5;
    private static final int FIRST_FIELDS = 32;

    private byte[] bytes;
    private int[] rows = new int[ROW * FIRST_FIELDS];
    private final int[] parts = new int[8];
    private int count;
    private byte[] own = new byte[1024];
    private int ownLength;
    private int status;
    private int start;
    private int fieldsStart;
    private int fieldsEnd;
    private long contentLength;
    private int flags;
    private int front;

    public Head() {
        bytes = own;
        contentLength = -1;
    }

    /** Empties it; what comes lies in {@code from}. */
    public void clearFor(byte[] from) {
        bytes = from;
        count = 0;
        Arrays.fill(parts, 0);
        ownLength = 0;
        status = 0;
        start = 0;
        fieldsStart = 0;
        fieldsEnd = 0;
        contentLength = -1;
        flags = 0;
        front = 0;
    }

    /** Empties it; what comes lies in its own bytes. */
    public void clearForOwn() {
        clearFor(own);
    }

    public byte[] bytes() {
        return bytes;
    }

    public int count() {
        return count;
    }

    public int nameAt(int row) {
        return rows[ROW * row];
    }

    public int nameLength(int row) {
        return rows[ROW * row + 1];
    }

    public int valueAt(int row) {
        return rows[ROW * row + 2];
    }

    public int valueLength(int row) {
        return rows[ROW * row + 3];
    }

    public int id(int row) {
        return rows[ROW * row + 4];
    }

    public void renumber(int row, int id) {
        rows[ROW * row + 4] = id;
    }

    /** The first row with this number, or -1. */
    public int find(int id) {
        return findFrom(0, id);
    }

    public int findFrom(int row, int id) {
        for (int i = row, at = ROW * row + 4; i < count; i++, at += ROW) {
            if (rows[at] == id) {
                return i;
            }
        }
        return -1;
    }

    public boolean valueIs(int row, byte[] lower) {
        return Ascii.isWord(bytes, valueAt(row), valueLength(row), lower);
    }

    /** The value as {@link Ascii#number} reads it. */
    public long valueNumber(int row) {
        return Ascii.number(bytes, valueAt(row), valueLength(row));
    }

    public void add(int nameAt, int nameLength, int valueAt, int valueLength, int id) {
        int at = ROW * count;
        if (at == rows.length) {
            rows = Arrays.copyOf(rows, 2 * rows.length);
        }
        rows[at] = nameAt;
        rows[at + 1] = nameLength;
        rows[at + 2] = valueAt;
        rows[at + 3] = valueLength;
        rows[at + 4] = id;
        count++;
    }

    public int partAt(int part) {
        return parts[2 * part];
    }

    /** 0: it is not there. */
    public int partLength(int part) {
        return parts[2 * part + 1];
    }

    public boolean partIs(int part, byte[] text) {
        return Ascii.same(bytes, partAt(part), partLength(part), text);
    }

    public void part(int part, int at, int length) {
        parts[2 * part] = at;
        parts[2 * part + 1] = length;
    }

    /** Copies into the head's own bytes and returns where. */
    public int append(byte[] from, int at, int length) {
        int to = reserve(length);
        System.arraycopy(from, at, own, to, length);
        ownLength = to + length;
        return to;
    }

    /** Room for so many own bytes at the returned place; {@link #bytes} may be another array afterwards. */
    public int reserve(int length) {
        if (own.length - ownLength < length) {
            own = Arrays.copyOf(own, Math.max(2 * own.length, ownLength + length));
            bytes = own;
        }
        return ownLength;
    }

    public int ownLength() {
        return ownLength;
    }

    /** Sets the end of the own bytes: behind what was written into {@link #reserve}d room, or back to forget it. */
    public void ownLength(int length) {
        ownLength = length;
    }

    public int status() {
        return status;
    }

    public void status(int code) {
        status = code;
    }

    /** -1: no such field. */
    public long contentLength() {
        return contentLength;
    }

    public void contentLength(long length) {
        contentLength = length;
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    public void flag(int flag) {
        flags |= flag;
    }

    public void unflag(int flag) {
        flags &= ~flag;
    }

    public int start() {
        return start;
    }

    public void start(int at) {
        start = at;
    }

    public int fieldsStart() {
        return fieldsStart;
    }

    public void fieldsStart(int at) {
        fieldsStart = at;
    }

    public int fieldsEnd() {
        return fieldsEnd;
    }

    public void fieldsEnd(int at) {
        fieldsEnd = at;
    }

    // --- editing ---

    /** The field is not forwarded. */
    public void drop(int row) {
        renumber(row, FieldNames.NOMINATED);
    }

    public void dropAll(int id) {
        for (int row = find(id); row >= 0; row = findFrom(row + 1, id)) {
            drop(row);
        }
    }

    /** Puts a field behind the others. The name is in lower case; neither may lie in this head. */
    public void addField(byte[] name, byte[] value, int valueAt, int valueLength, int id) {
        own();
        boolean text = has(TEXT);
        int at = reserve(name.length + valueLength + 4);
        int value0 = at + name.length + (text ? 2 : 0);
        System.arraycopy(name, 0, own, at, name.length);
        System.arraycopy(value, valueAt, own, value0, valueLength);
        int end = value0 + valueLength;
        if (text) {
            own[value0 - 2] = ':';
            own[value0 - 1] = ' ';
            own[end++] = '\r';
            own[end++] = '\n';
            fieldsEnd = end;
        }
        ownLength = end;
        add(at, name.length, value0, valueLength, id);
    }

    public void addField(byte[] name, byte[] value, int id) {
        addField(name, value, 0, value.length, id);
    }

    /** Gives a part of the first line another value, which may not lie in this head. */
    public void replacePart(int part, byte[] from, int at, int length) {
        own();
        if (!has(TEXT)) {
            part(part, append(from, at, length), length);
            return;
        }
        if (start - front < length) {
            moveText(Math.max(2 * start, front + length) - start);
        }
        System.arraycopy(from, at, own, front, length);
        part(part, front, length);
        front += length;
        flag(ABSOLUTE);
    }

    /** Drops every field of this name. */
    public void dropAll(byte[] lower) {
        for (int row = 0; row < count; row++) {
            if (Ascii.isWord(bytes, nameAt(row), nameLength(row), lower)) {
                drop(row);
            }
        }
    }

    /** Copies a text that is lent, so that it can be edited: what lent it stays as it is. */
    @SuppressWarnings("ReferenceEquality") // whether it is our own array
    private void own() {
        if (bytes == own) {
            return;
        }
        int length = fieldsEnd - start;
        if (own.length < FRONT + length) {
            own = new byte[2 * (FRONT + length)];
        }
        System.arraycopy(bytes, start, own, FRONT, length);
        bytes = own;
        shift(FRONT - start, start);
    }

    /** Makes room in front of the text. */
    private void moveText(int by) {
        int length = fieldsEnd - start;
        if (own.length < start + by + length) {
            own = Arrays.copyOf(own, 2 * (start + by + length));
            bytes = own;
        }
        System.arraycopy(own, start, own, start + by, length);
        shift(by, start);
    }

    private void shift(int by, int from) {
        for (int at = 0; at < ROW * count; at += ROW) {
            rows[at] += by;
            rows[at + 2] += by;
        }
        for (int part = 0; part < parts.length; part += 2) {
            if (parts[part] >= from && parts[part + 1] > 0) {
                parts[part] += by;
            }
        }
        start += by;
        fieldsStart += by;
        fieldsEnd += by;
        ownLength = fieldsEnd;
    }

    /** No more bytes than this are needed to write it in any version, with a few fields of ours. */
    public int writtenBytes() {
        int text = has(TEXT) ? fieldsEnd - start + front : ownLength;
        return text + 12 * count + 256;
    }
}
