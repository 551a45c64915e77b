package dev.asterism.l7.hpack;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;

/**
 * Decodes header blocks, RFC 7541 3 and 6, into a {@link Head} whose bytes are its own. A list over the limit is
 * decoded to its end, as the table must go on, but fields beyond the limit are not kept: the head is marked {@link
 * Head#TOO_LARGE}. A block whose decoding costs many times the limit ends the connection. One for each connection.
 */
public final class HpackDecoder {

    /** A decoder's table before anybody says otherwise, RFC 9113 6.5.2. */
    public static final int FIRST_TABLE_BYTES = DynamicTable.MOST_BYTES;

    /** A block that makes us copy more than so many times the limit costs us too much: the connection ends. */
    private static final int MOST_WORK = 8;

    /** What a field counts beside its bytes, RFC 9113 6.5.2. */
    private static final int FIELD_OVERHEAD = 32;

    private static final int NONE = -1;

    private final FieldNames names;
    private final HttpLimits limits;
    private final DynamicTable table = new DynamicTable();
    private final FieldRules rules = new FieldRules();
    private byte[] in = {};
    private int p;
    private int to;
    private int listBytes;
    private int listFields;

    private boolean used;

    /** Bytes that were copied for this block, kept or not. */
    private int work;

    public HpackDecoder(FieldNames names, HttpLimits limits) {
        this.names = names;
        this.limits = limits;
    }

    /** False: the compression state is lost, and with it the connection. */
    public boolean request(byte[] block, int from, int end, Head head) {
        return decode(block, from, end, head, FieldRules.Kind.REQUEST);
    }

    public boolean answer(byte[] block, int from, int end, Head head) {
        return decode(block, from, end, head, FieldRules.Kind.ANSWER);
    }

    public boolean trailers(byte[] block, int from, int end, Head head) {
        return decode(block, from, end, head, FieldRules.Kind.TRAILERS);
    }

    private boolean decode(byte[] block, int from, int end, Head head, FieldRules.Kind kind) {
        head.clearForOwn();
        rules.begin(kind);
        in = block;
        p = from;
        to = end;
        listBytes = 0;
        listFields = 0;
        work = 0;
        used = true;
        boolean atStart = true;
        while (p < to) {
            int first = in[p];
            boolean resize = (first & 0xe0) == 0x20;
            boolean good;
            if (first < 0) {
                good = indexed(head);
            } else if (resize) {
                good = atStart && resize();
            } else {
                good = literal(head, (first & 0x40) != 0);
            }
            if (!good || work > MOST_WORK * limits.headBytes()) {
                return false;
            }
            atStart = resize;
        }
        rules.end(head);
        return true;
    }

    /** What its table keeps in memory for as long as the connection lasts. */
    public int tableBytes() {
        return table.bytes();
    }

    /** Whether it has decoded a block since the last call. */
    public boolean takeUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    private boolean resize() {
        int bytes = integer(5);
        if (bytes < 0 || bytes > DynamicTable.MOST_BYTES) {
            return false;
        }
        table.resize(bytes);
        return true;
    }

    private boolean indexed(Head head) {
        int index = integer(7);
        if (index <= 0 || index > StaticTable.SIZE + table.count()) {
            return false;
        }
        int at = head.ownLength();
        int nameLength;
        int valueLength;
        int id;
        if (index <= StaticTable.SIZE) {
            nameLength = StaticTable.name(index).length;
            valueLength = StaticTable.value(index).length;
            id = StaticTable.id(index);
        } else {
            int entry = index - StaticTable.SIZE - 1;
            nameLength = table.nameLength(entry);
            valueLength = table.valueLength(entry);
            id = table.id(entry);
        }
        if (fits(head, nameLength + valueLength)) {
            if (index <= StaticTable.SIZE) {
                head.append(StaticTable.name(index), 0, nameLength);
                head.append(StaticTable.value(index), 0, valueLength);
            } else {
                table.appendField(index - StaticTable.SIZE - 1, head);
            }
            rules.field(head, at, nameLength, at + nameLength, valueLength, id);
        }
        return true;
    }

    private boolean literal(Head head, boolean store) {
        int index = integer(store ? 6 : 4);
        if (index < 0 || index > StaticTable.SIZE + table.count()) {
            return false;
        }
        int at = head.ownLength();
        int id;
        if (index == 0) {
            int length = string(head);
            if (length < 0) {
                return false;
            }
            id = StaticTable.id(head.bytes(), at, length, names);
        } else if (index <= StaticTable.SIZE) {
            head.append(StaticTable.name(index), 0, StaticTable.name(index).length);
            id = StaticTable.id(index);
        } else {
            table.appendName(index - StaticTable.SIZE - 1, head);
            id = table.id(index - StaticTable.SIZE - 1);
        }
        int value = head.ownLength();
        int nameLength = value - at;
        int valueLength = string(head);
        if (valueLength < 0) {
            return false;
        }
        work += nameLength + valueLength + FIELD_OVERHEAD;
        if (store) {
            table.insert(head.bytes(), at, nameLength, valueLength, id);
        }
        if (fits(head, nameLength + valueLength)) {
            rules.field(head, at, nameLength, value, valueLength, id);
        } else {
            head.ownLength(at);
        }
        return true;
    }

    private boolean fits(Head head, int bytes) {
        listBytes += bytes + FIELD_OVERHEAD;
        listFields++;
        if (listBytes > limits.headBytes() || listFields > limits.fields()) {
            head.flag(Head.TOO_LARGE);
            listBytes = limits.headBytes();
            listFields = limits.fields();
        }
        return !head.has(Head.TOO_LARGE);
    }

    /** RFC 7541 5.1, up to 28 bits behind the prefix; -1 for more or for a missing end. */
    private int integer(int bits) {
        int mask = (1 << bits) - 1;
        int value = in[p++] & mask;
        if (value < mask) {
            return value;
        }
        for (int shift = 0; p < to && shift <= 21; shift += 7) {
            int b = in[p++];
            value += (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        return NONE;
    }

    /** Appends a string, RFC 7541 5.2, to the head's own bytes; its length, or -1. */
    private int string(Head head) {
        if (p >= to) {
            return NONE;
        }
        boolean huffman = in[p] < 0;
        int length = integer(7);
        if (length < 0 || length > to - p) {
            return NONE;
        }
        int from = p;
        p += length;
        if (huffman) {
            return Huffman.decode(in, from, p, head);
        }
        head.append(in, from, length);
        return length;
    }
}
