package dev.asterism.agent.control;

import dev.asterism.overlay.config.Section;
import dev.asterism.overlay.config.SectionBinding;
import java.util.Map;

/**
 * {@code asterism.control}, see docs/control.md.
 *
 * @param path of the socket; {@code auto} for the usual place, empty for none
 * @param group name of the group that may read; empty for the agent's own
 * @param mode permission bits of the socket file
 */
public record ControlSettings(String path, String group, int mode) {

    public static final SectionBinding<ControlSettings> SECTION =
            new SectionBinding<>(
                    ControlSettings.class,
                    "asterism.control",
                    ControlSettings::read,
                    Map.of(
                            "path", ControlSettings::path,
                            "group", ControlSettings::group,
                            "mode", ControlSettings::mode));

    private static ControlSettings read(Section section) {
        return new ControlSettings(
                section.text("path"), section.text("group"), section.fileMode("mode"));
    }
}
