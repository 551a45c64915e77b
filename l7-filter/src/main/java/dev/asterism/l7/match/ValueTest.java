package dev.asterism.l7.match;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ValueMatch} compiled. A name that occurs several times passes when one of its values does. Immutable.
 */
final class ValueTest {

    private final ValueMatch match;
    private final int id;
    private final byte[] name;
    private final byte[] value;
    private final @Nullable Regex regex;

    private ValueTest(ValueMatch match, int id) {
        this.match = match;
        this.id = id;
        name = Texts.bytes(match.name());
        value = Texts.bytes(match.value());
        regex = match.kind() == ValueMatch.Kind.REGEX ? Regex.of(match.value()) : null;
    }

    static ValueTest ofField(ValueMatch match, FieldNames names) {
        int id = names.idOf(match.name());
        if (id == FieldNames.OTHER) {
            throw new IllegalArgumentException(
                    "the field's name '"
                            + match.name()
                            + "' is none of 1 to "
                            + (FieldNames.LONGEST - 1)
                            + " characters");
        }
        if (id == FieldNames.HOST) {
            throw new IllegalArgumentException("a host is matched by 'host', not by a header");
        }
        return new ValueTest(match, id);
    }

    static ValueTest ofParameter(ValueMatch match) {
        return new ValueTest(match, FieldNames.OTHER);
    }

    ValueMatch match() {
        return match;
    }

    /** Of the field; {@link FieldNames#OTHER} for a parameter. */
    int id() {
        return id;
    }

    boolean isExact() {
        return match.kind() == ValueMatch.Kind.EXACT;
    }

    boolean holdsForField(Head head) {
        for (int row = head.find(id); row >= 0; row = head.findFrom(row + 1, id)) {
            if (holds(head.bytes(), head.valueAt(row), head.valueLength(row))) {
                return true;
            }
        }
        return false;
    }

    boolean holdsForParameter(QueryParameters query) {
        byte[] b = query.bytes();
        for (int row = 0; row < query.count(); row++) {
            int at = query.nameAt(row);
            boolean named =
                    query.nameLength(row) == name.length
                            && Arrays.equals(name, 0, name.length, b, at, at + name.length);
            if (named && holds(b, query.valueAt(row), query.valueLength(row))) {
                return true;
            }
        }
        return false;
    }

    private boolean holds(byte[] b, int at, int length) {
        if (regex != null) {
            return regex.matches(b, at, length);
        }
        return match.kind() == ValueMatch.Kind.PRESENT
                || length == value.length && Arrays.equals(value, 0, length, b, at, at + length);
    }

    /** Whether whatever passes {@code other} passes this too. */
    boolean covers(ValueTest other) {
        boolean sameName =
                id == FieldNames.OTHER ? match.name().equals(other.match.name()) : id == other.id;
        if (!sameName) {
            return false;
        }
        return switch (match.kind()) {
            case PRESENT -> true;
            case EXACT -> other.match.equals(match) || other.isExact() && sameValue(other);
            case REGEX ->
                    other.isExact()
                            ? regex != null && regex.matches(other.match.value())
                            : other.match.kind() == ValueMatch.Kind.REGEX && sameValue(other);
        };
    }

    private boolean sameValue(ValueTest other) {
        return match.value().equals(other.match.value());
    }
}
