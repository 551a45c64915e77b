package dev.asterism.agent.config;

import dev.asterism.overlay.config.Section;
import dev.asterism.overlay.config.SectionBinding;
import java.util.Map;

/**
 * {@code asterism.revocation}, see docs/revocation.md.
 *
 * @param bundle path of the bundle that this host brings into the mesh; empty for none
 */
public record RevocationSettings(String bundle) {

    public static final String KEY = "asterism.revocation.bundle";

    public static final SectionBinding<RevocationSettings> SECTION =
            new SectionBinding<>(
                    RevocationSettings.class,
                    "asterism.revocation",
                    RevocationSettings::read,
                    Map.of("bundle", RevocationSettings::bundle));

    private static RevocationSettings read(Section section) {
        return new RevocationSettings(section.text("bundle"));
    }
}
