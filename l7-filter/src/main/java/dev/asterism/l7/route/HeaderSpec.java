package dev.asterism.l7.route;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Changes to a head's fields: first those of {@code remove} go, then each of {@code set} replaces all of its name,
 * then {@code add} are put beside what is there.
 *
 * @param set name and value
 */
public record HeaderSpec(
        SequencedMap<String, String> set, SequencedMap<String, String> add, List<String> remove) {

    public static final HeaderSpec NONE =
            new HeaderSpec(new LinkedHashMap<>(), new LinkedHashMap<>(), List.of());

    public HeaderSpec {
        set = new LinkedHashMap<>(set);
        add = new LinkedHashMap<>(add);
        remove = List.copyOf(remove);
    }

    public boolean isEmpty() {
        return set.isEmpty() && add.isEmpty() && remove.isEmpty();
    }
}
