package dev.asterism.l7.route;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A {@link HeaderSpec} compiled. Applies to a head of either version and makes no objects. Immutable. */
public final class HeaderChanges {

    private static final String OURS = "x-mesh-";

    /** A field to put in; {@code replaces}: away with those of its name. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and nobody else has the arrays
    private record Field(int id, byte[] name, byte[] value, boolean replaces) {

        void put(Head head) {
            if (replaces) {
                head.dropAll(id);
            }
            head.addField(name, value, id);
        }
    }

    private final List<Integer> removed = new ArrayList<>();
    private final List<Field> put = new ArrayList<>();

    private HeaderChanges() {}

    /**
     * @param names with at least those of {@link #fieldNames}
     * @throws IllegalArgumentException for a field that is not a configuration's to change, or a value that is none
     */
    public static HeaderChanges of(HeaderSpec spec, FieldNames names) {
        HeaderChanges changes = new HeaderChanges();
        for (String name : spec.remove()) {
            changes.removed.add(id(name, names));
        }
        spec.set().forEach((name, value) -> changes.put.add(field(name, value, names, true)));
        spec.add().forEach((name, value) -> changes.put.add(field(name, value, names, false)));
        return changes;
    }

    public static Set<String> fieldNames(HeaderSpec spec) {
        Set<String> names = new LinkedHashSet<>(spec.remove());
        names.addAll(spec.set().keySet());
        names.addAll(spec.add().keySet());
        return names;
    }

    private static Field field(String name, String value, FieldNames names, boolean replaces) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        if (!value.strip().equals(value) || !Ascii.isFieldValue(text, 0, text.length)) {
            throw new IllegalArgumentException(
                    "the value of '" + name + "' has control characters or blanks at its ends");
        }
        byte[] lower = Ascii.bytes(name.toLowerCase(Locale.ROOT));
        return new Field(id(name, names), lower, text, replaces);
    }

    private static int id(String name, FieldNames names) {
        byte[] text = Ascii.bytes(name);
        int id = names.idOf(text, 0, text.length);
        if (id == FieldNames.OTHER || !Ascii.allToken(text, 0, text.length)) {
            throw new IllegalArgumentException("'" + name + "' is no name of a field");
        }
        if (id == FieldNames.HOST) {
            throw new IllegalArgumentException("the host is changed by 'rewrite: {host: …}'");
        }
        boolean framing = id <= FieldNames.EXPECT || id == FieldNames.GRPC_STATUS;
        if (framing || name.toLowerCase(Locale.ROOT).startsWith(OURS)) {
            throw new IllegalArgumentException(
                    "'" + name + "' belongs to the filter and cannot be changed");
        }
        return id;
    }

    public void applyTo(Head head) {
        for (int i = 0; i < removed.size(); i++) {
            head.dropAll(removed.get(i));
        }
        for (int i = 0; i < put.size(); i++) {
            put.get(i).put(head);
        }
    }

    public boolean isEmpty() {
        return removed.isEmpty() && put.isEmpty();
    }
}
