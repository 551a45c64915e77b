package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.MapNode;
import java.util.Collections;
import java.util.List;

/**
 * Reads Nebula's configuration language: texts in, an {@link OverlayConfig} or all problems at once out. Pure and
 * without state; no exception escapes for any text. Stricter than Nebula where that takes a default in silence
 * for a value it cannot read (spec behaviour.md 2).
 */
public final class ConfigReader {

    private ConfigReader() {}

    /**
     * Merges and reads {@code files}, later over earlier.
     *
     * @param files in the order of their paths
     */
    public static ConfigOutcome read(List<ConfigText> files, Strictness unknownKeys) {
        return read(files, unknownKeys, List.of());
    }

    /**
     * As {@link #read(List, Strictness)}, with sections that the caller reads itself.
     *
     * @param bindings each once
     */
    public static ConfigOutcome read(
            List<ConfigText> files, Strictness unknownKeys, List<SectionBinding<?>> bindings) {
        Diagnostics problems = new Diagnostics(unknownKeys == Strictness.REPORT);
        MapNode root = merged(files, problems);
        if (problems.anyError()) {
            return new ConfigOutcome.Refused(problems.errors(), problems.notices());
        }
        KeyTree known = KeyTree.ofKnownKeys();
        KeyCheck.check(root, known, problems);
        OverlayConfig config = RootReader.read(new Section("", root, known, problems), bindings);
        return problems.anyError()
                ? new ConfigOutcome.Refused(problems.errors(), problems.notices())
                : new ConfigOutcome.Loaded(config, problems.notices(), new SourceMap(root));
    }

    /**
     * Reads one section only, for a file that is looked at by itself. Unknown keys anywhere in it are told as well;
     * what else stands there is not read.
     */
    public static <T> SectionOutcome<T> readSection(
            List<ConfigText> files, Strictness unknownKeys, SectionBinding<T> binding) {
        Diagnostics problems = new Diagnostics(unknownKeys == Strictness.REPORT);
        MapNode root = merged(files, problems);
        KeyTree known = KeyTree.ofKnownKeys();
        KeyCheck.check(root, known, problems);
        T value = binding.read(new Section("", root, known, problems)).value();
        return new SectionOutcome<>(value, problems.errors(), problems.notices());
    }

    /** As above, of a tree that no file holds. */
    public static <T> SectionOutcome<T> readSection(MapNode root, SectionBinding<T> binding) {
        Diagnostics problems = new Diagnostics();
        KeyTree known = KeyTree.ofKnownKeys();
        KeyCheck.check(root, known, problems);
        T value = binding.read(new Section("", root, known, problems)).value();
        return new SectionOutcome<>(value, problems.errors(), problems.notices());
    }

    /** Reads one text. */
    public static ConfigOutcome read(String file, String text) {
        return read(List.of(new ConfigText(file, text)), Strictness.REFUSE);
    }

    private static MapNode merged(List<ConfigText> files, Diagnostics problems) {
        String first = files.isEmpty() ? "config" : files.getFirst().file();
        MapNode root = null;
        ConfigMerge merge = new ConfigMerge(problems);
        for (ConfigText file : files) {
            ConfigNode document = YamlSource.parse(file, problems);
            switch (document) {
                case null -> {}
                case MapNode map when isOfKubernetes(map) -> refuseKubernetes(map, problems);
                case MapNode map -> root = root == null ? map : merge.merge(root, map);
                case ConfigNode.ScalarNode scalar when scalar.isNull() -> {}
                case ConfigNode.ScalarNode scalar -> refuseRoot(scalar, problems);
                case ConfigNode.ListNode list -> refuseRoot(list, problems);
            }
        }
        return root != null
                ? root
                : new MapNode(new SourcePosition(first, 1, 1), Collections.emptyMap());
    }

    /** The folder of a configuration is searched for files of every kind. */
    private static boolean isOfKubernetes(MapNode map) {
        return map.get("apiVersion") != null && map.get("kind") != null;
    }

    private static void refuseKubernetes(MapNode map, Diagnostics problems) {
        problems.doubt(
                map.position(),
                "",
                "this is a document of Kubernetes (apiVersion, kind), not a configuration",
                "keep it outside of this folder, and name routes under l7.include");
    }

    private static void refuseRoot(ConfigNode node, Diagnostics problems) {
        problems.error(node.position(), "", "a configuration is a map, not a " + node.kindName());
    }
}
