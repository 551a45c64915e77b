package dev.asterism.agent.l7;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterReader;
import dev.asterism.overlay.config.Section;
import dev.asterism.overlay.config.SectionBinding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code l7}. Without one no class of the filter is loaded, not by this one either.
 *
 * @param config null when the files have no such section
 * @param include as it was written
 */
public record FilterSettings(@Nullable FilterConfig config, List<String> include) {

    /** Of files without the section. */
    public static final FilterSettings NONE = new FilterSettings(null, List.of());

    public static final SectionBinding<FilterSettings> SECTION =
            new SectionBinding<>(FilterSettings.class, "l7", FilterSettings::read, keys());

    private static FilterSettings read(Section section) {
        if (section.isEmpty()) {
            return NONE;
        }
        boolean includes = section.has(IncludedRoutes.KEY);
        Section whole = includes ? IncludedRoutes.addTo(section) : section;
        List<String> include = includes ? section.words(IncludedRoutes.KEY) : List.of();
        return new FilterSettings(FilterReader.read(whole), include);
    }

    /** No lambda each: they would be made at every start. */
    private static Map<String, Function<FilterSettings, @Nullable Object>> keys() {
        Map<String, Function<FilterSettings, @Nullable Object>> keys = new LinkedHashMap<>();
        for (String key :
                List.of(
                        "enabled",
                        "on_failure",
                        "drain",
                        "intercept.inbound",
                        "intercept.outbound",
                        "intercept.opaque",
                        "intercept.detect_timeout",
                        "listen",
                        "admin",
                        "threads",
                        "identity.headers",
                        "identity.label",
                        "identity.label_groups",
                        "log.access",
                        "log.sample",
                        "log.redact",
                        "trace.propagate",
                        "trace.sample",
                        "trace.spans",
                        "trace.otlp",
                        "trace.rules",
                        "include",
                        "serve",
                        "services")) {
            keys.put(key, new Key(key));
        }
        return keys;
    }

    private record Key(String name) implements Function<FilterSettings, @Nullable Object> {

        @Override
        public @Nullable Object apply(FilterSettings settings) {
            FilterConfig config = settings.config;
            if (config == null) {
                return null;
            }
            return name.equals(IncludedRoutes.KEY)
                    ? settings.include
                    : FilterValues.of(config, name);
        }
    }

    /** Whether the filter is to run. */
    public boolean isOn() {
        return config != null && config.enabled();
    }
}
