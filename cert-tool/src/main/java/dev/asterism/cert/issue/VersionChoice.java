package dev.asterism.cert.issue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which versions of certificates a host gets. */
public enum VersionChoice {
    V1("1"),
    V2("2"),
    /** One of each for the same key, while a mesh changes from 1 to 2. */
    BOTH("both");

    private final String text;

    VersionChoice(String text) {
        this.text = text;
    }

    /** In ascending order. */
    public List<Integer> numbers() {
        return switch (this) {
            case V1 -> List.of(1);
            case V2 -> List.of(2);
            case BOTH -> List.of(1, 2);
        };
    }

    /** Null when the text is none. */
    public static @Nullable VersionChoice parse(String text) {
        for (VersionChoice choice : values()) {
            if (choice.text.equals(text)) {
                return choice;
            }
        }
        return null;
    }

    public static VersionChoice of(int number) {
        return number == 1 ? V1 : V2;
    }

    @Override
    public String toString() {
        return text;
    }
}
