package dev.asterism.agent.control;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import org.jspecify.annotations.Nullable;

/** {@code asterism.control.group} as the system knows it. */
public final class ControlGroup {

    private ControlGroup() {}

    /**
     * Null for an empty name.
     *
     * @throws IOException with the reason when there is no such group
     */
    static @Nullable GroupPrincipal find(String name) throws IOException {
        if (name.isEmpty()) {
            return null;
        }
        try {
            return FileSystems.getDefault()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByGroupName(name);
        } catch (UserPrincipalNotFoundException e) {
            throw new IOException("group " + name + " does not exist", e);
        }
    }

    /** What is wrong with the name; null when nothing is. */
    public static @Nullable String problem(String name) {
        try {
            find(name);
            return null;
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
