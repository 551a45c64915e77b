package dev.asterism.overlay.cert;

import dev.asterism.overlay.hash.Sha256;
import dev.asterism.overlay.io.Bytes;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A SHA-256 digest as a value: 32 bytes that name a certificate (spec certificates.md 2 and 3), or
 * stand for something longer that a stranger sent. Its text is 64 lower-case hex digits; its order
 * is that of the text. Immutable.
 *
 * @param first the first eight bytes, big-endian; the others follow
 */
public record Fingerprint(long first, long second, long third, long fourth)
        implements Comparable<Fingerprint> {

    public static final int LENGTH_BYTES = Sha256.BYTES;

    private static final HexFormat HEX = HexFormat.of();
    private static final int DIGITS = 2 * LENGTH_BYTES;
    private static final int DIGITS_OF_A_LONG = 16;

    /** The digest of the parts, one behind the other. Ambiguous unless all parts but one have a fixed length. */
    public static Fingerprint of(Bytes... parts) {
        byte[] digest =
                parts.length == 1 ? parts[0].inPlace(Sha256::of) : Sha256.of(Bytes.joined(parts));
        return read(ByteBuffer.wrap(digest));
    }

    /** Reads the raw form, as an issuer field holds it; null unless it has 32 bytes. */
    public static @Nullable Fingerprint ofRaw(Bytes raw) {
        return raw.length() == LENGTH_BYTES
                ? raw.inPlace(
                        (content, from, length) -> read(ByteBuffer.wrap(content, from, length)))
                : null;
    }

    /** Reads the text form; null for anything but 64 lower-case hex digits. */
    public static @Nullable Fingerprint parse(String text) {
        if (text.length() != DIGITS || !text.chars().allMatch(Fingerprint::isDigit)) {
            return null;
        }
        return new Fingerprint(part(text, 0), part(text, 1), part(text, 2), part(text, 3));
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
    }

    private static long part(String text, int number) {
        int from = number * DIGITS_OF_A_LONG;
        return HexFormat.fromHexDigitsToLong(text, from, from + DIGITS_OF_A_LONG);
    }

    private static Fingerprint read(ByteBuffer raw) {
        return new Fingerprint(raw.getLong(), raw.getLong(), raw.getLong(), raw.getLong());
    }

    /** The raw form, 32 bytes. */
    public Bytes raw() {
        byte[] raw = new byte[LENGTH_BYTES];
        ByteBuffer.wrap(raw).putLong(first).putLong(second).putLong(third).putLong(fourth);
        return Bytes.owning(raw);
    }

    @Override
    public int compareTo(Fingerprint other) {
        int order = Long.compareUnsigned(first, other.first);
        order = order != 0 ? order : Long.compareUnsigned(second, other.second);
        order = order != 0 ? order : Long.compareUnsigned(third, other.third);
        return order != 0 ? order : Long.compareUnsigned(fourth, other.fourth);
    }

    @Override
    public String toString() {
        return HEX.toHexDigits(first)
                + HEX.toHexDigits(second)
                + HEX.toHexDigits(third)
                + HEX.toHexDigits(fourth);
    }
}
