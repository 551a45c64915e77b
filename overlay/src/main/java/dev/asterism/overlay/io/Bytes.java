package dev.asterism.overlay.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** An owned, immutable byte string for cold paths; compared by content. Not for secrets. */
public final class Bytes {

    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
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
        return content.length;
    }

    public boolean isEmpty() {
        return content.length == 0;
    }

    public byte at(int index) {
        return content[index];
    }

    public byte[] toArray() {
        return content.clone();
    }

    public Bytes slice(int from, int length) {
        return copyOf(content, from, length);
    }

    public void copyTo(MemorySegment target, long at) {
        MemorySegment.copy(content, 0, target, ValueLayout.JAVA_BYTE, at, content.length);
    }

    /** A read-only view, valid for ever. */
    public MemorySegment asSegment() {
        return MemorySegment.ofArray(content).asReadOnly();
    }

    public String hex() {
        return HexFormat.of().formatHex(content);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return content.length <= 32
                ? hex()
                : HexFormat.of().formatHex(content, 0, 32) + "… (" + content.length + " bytes)";
    }
}
