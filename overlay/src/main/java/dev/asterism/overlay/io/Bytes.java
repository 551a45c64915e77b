package dev.asterism.overlay.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An immutable byte string for cold paths; compared by content. Not for secrets.
 *
 * <p>A {@link #slice} shares the bytes of the whole, which costs no copy and keeps the whole alive: what is stored for
 * longer than its datagram is made {@link #compact} first.
 */
public final class Bytes {

    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;
    private final int from;
    private final int length;

    private Bytes(byte[] content) {
        this(content, 0, content.length);
    }

    private Bytes(byte[] content, int from, int length) {
        this.content = content;
        this.from = from;
        this.length = length;
    }

    /** Makes a reader of bytes where they are; it must not write to the array. */
    @FunctionalInterface
    public interface InPlace<R> {
        R over(byte[] content, int from, int length);
    }

    /** Lends the bytes to a parser without a copy. */
    public <R> R inPlace(InPlace<R> reader) {
        return reader.over(content, from, length);
    }

    /** Adds the bytes to a digest without a copy. */
    public void update(MessageDigest digest) {
        digest.update(content, from, length);
    }

    public static Bytes copyOf(byte[] source) {
        return source.length == 0 ? EMPTY : new Bytes(source.clone());
    }

    public static Bytes copyOf(byte[] source, int from, int length) {
        return new Bytes(Arrays.copyOfRange(source, from, from + length));
    }

    public static Bytes copyOf(MemorySegment source, long at, int length) {
        byte[] copy = new byte[length];
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, at, copy, 0, length);
        return new Bytes(copy);
    }

    /** Takes over the array: the caller must not write to it again. */
    public static Bytes owning(byte[] source) {
        return new Bytes(source);
    }

    public static Bytes ofHex(String hex) {
        return new Bytes(HexFormat.of().parseHex(hex));
    }

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    public byte at(int index) {
        return content[from + Objects.checkIndex(index, length)];
    }

    public byte[] toArray() {
        return Arrays.copyOfRange(content, from, from + length);
    }

    /** One behind the other, in an array of the caller's. */
    public static byte[] joined(Bytes... parts) {
        int length = 0;
        for (Bytes part : parts) {
            length += part.length;
        }
        byte[] whole = new byte[length];
        int at = 0;
        for (Bytes part : parts) {
            System.arraycopy(part.content, part.from, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }

    /** A view, no copy. */
    public Bytes slice(int at, int sliceLength) {
        Objects.checkFromIndexSize(at, sliceLength, length);
        return new Bytes(content, from + at, sliceLength);
    }

    /** Equal bytes that keep nothing else alive. */
    public Bytes compact() {
        return length == content.length ? this : new Bytes(toArray());
    }

    public void copyTo(MemorySegment target, long at) {
        MemorySegment.copy(content, from, target, ValueLayout.JAVA_BYTE, at, length);
    }

    /** A read-only view, valid indefinitely. */
    public MemorySegment asSegment() {
        return MemorySegment.ofArray(content).asSlice(from, length).asReadOnly();
    }

    public String hex() {
        return HexFormat.of().formatHex(content, from, from + length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes that
                && Arrays.equals(
                        content,
                        from,
                        from + length,
                        that.content,
                        that.from,
                        that.from + that.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + content[i];
        }
        return hash;
    }

    @Override
    public String toString() {
        return length <= 32
                ? hex()
                : HexFormat.of().formatHex(content, from, from + 32) + "… (" + length + " bytes)";
    }
}
