package dev.asterism.overlay.enrol;

import dev.asterism.overlay.io.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message as text: a line {@code name=value} for each field, in ASCII. Names are lower-case letters and underscores,
 * each at most once; values have no control characters. Not thread-safe.
 */
public final class EnrolFields {

    /** Of a whole message; a bundle of a hundred CA certificates fits. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final int MAX_FIELDS = 16;
    private static final int MAX_NAME = 24;

    private final Map<String, String> values = new LinkedHashMap<>();

    /** Adds a field. A character of the value that has no place in a message becomes a question mark. */
    public EnrolFields with(String name, String value) {
        if (!isName(name)) {
            throw new IllegalArgumentException("not a field's name: " + name);
        }
        StringBuilder printable = new StringBuilder(value.length());
        value.chars().forEach(c -> printable.append(isPrintable(c) ? (char) c : '?'));
        values.put(name, printable.toString());
        return this;
    }

    /** Adds bytes, in base64 for URLs. */
    public EnrolFields with(String name, Bytes value) {
        return with(name, Base64.getUrlEncoder().withoutPadding().encodeToString(value.toArray()));
    }

    /** Adds text of several lines, as bytes. */
    public EnrolFields withLines(String name, String text) {
        return with(name, Bytes.owning(text.getBytes(StandardCharsets.UTF_8)));
    }

    public Bytes encode() {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
        return Bytes.owning(text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    public static EnrolFields parse(Bytes message) throws EnrolException {
        if (message.length() > MAX_BYTES) {
            throw new EnrolException("message of more than " + MAX_BYTES + " bytes");
        }
        EnrolFields fields = new EnrolFields();
        String text = new String(message.toArray(), StandardCharsets.ISO_8859_1);
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            if (end < 0) {
                throw new EnrolException("message without an end of its last line");
            }
            fields.add(text.substring(at, end));
            at = end + 1;
        }
        return fields;
    }

    private void add(String line) throws EnrolException {
        int equals = line.indexOf('=');
        if (equals < 0 || !isName(line.substring(0, equals))) {
            throw new EnrolException("message with a line that is not name=value");
        }
        if (!line.chars().allMatch(EnrolFields::isPrintable)) {
            throw new EnrolException("message with characters that are not printable ASCII");
        }
        if (values.size() == MAX_FIELDS) {
            throw new EnrolException("message with more than " + MAX_FIELDS + " fields");
        }
        String name = line.substring(0, equals);
        if (values.put(name, line.substring(equals + 1)) != null) {
            throw new EnrolException("message with two fields " + name);
        }
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    public String text(String name) throws EnrolException {
        String value = values.get(name);
        if (value == null) {
            throw new EnrolException("message without the field " + name);
        }
        return value;
    }

    /**
     * Bytes of a field.
     *
     * @param most how many there may be
     */
    public Bytes bytes(String name, int most) throws EnrolException {
        String text = text(name);
        if (text.length() > (long) most * 2 + 2) {
            throw new EnrolException("message with too long a field " + name);
        }
        try {
            Bytes value = Bytes.owning(Base64.getUrlDecoder().decode(text));
            if (value.length() > most) {
                throw new EnrolException("message with too long a field " + name);
            }
            return value;
        } catch (IllegalArgumentException e) {
            throw new EnrolException("message with a field " + name + " that is not base64");
        }
    }

    /** Text of several lines, of at most so many bytes. */
    public String lines(String name, int most) throws EnrolException {
        return new String(bytes(name, most).toArray(), StandardCharsets.UTF_8);
    }

    private static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_NAME
                && text.chars().allMatch(c -> c >= 'a' && c <= 'z' || c == '_');
    }

    private static boolean isPrintable(int c) {
        return c >= ' ' && c <= '~';
    }
}
