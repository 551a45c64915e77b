package dev.asterism.l7.foreign;

import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.SourcePosition;
import java.util.Collections;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A document of Kubernetes.
 *
 * @param group in front of the slash of {@code apiVersion}; empty for the core
 * @param namespace empty when it is not said
 * @param created as it was written; empty when it is not said
 */
record Resource(
        String group,
        String version,
        String kind,
        String name,
        String namespace,
        String created,
        SourcePosition at,
        @Nullable Fields spec) {

    /** The Gateway API, "Conflicts": the oldest first, then by namespace and name. */
    static final Comparator<Resource> OLDEST_FIRST =
            Comparator.comparingInt((Resource one) -> one.created.isEmpty() ? 1 : 0)
                    .thenComparing(Resource::created)
                    .thenComparing(one -> one.namespace + "/" + one.name);

    /** Null, and told, for what is none. */
    static @Nullable Resource of(Fields document) {
        String type = document.text("apiVersion");
        String kind = document.text("kind");
        if (type == null || kind == null) {
            document.refuseAll("not a document of Kubernetes: it needs apiVersion and kind", "");
            return null;
        }
        int slash = type.indexOf('/');
        Fields metadata = document.map("metadata");
        String name = metadata == null ? "" : metadata.text("name", "");
        return new Resource(
                slash < 0 ? "" : type.substring(0, slash),
                type.substring(slash + 1),
                kind,
                name,
                metadata == null ? "" : metadata.text("namespace", ""),
                metadata == null ? "" : metadata.text("creationTimestamp", ""),
                document.at(),
                document.map("spec"));
    }

    boolean is(String ofGroup, String ofKind) {
        return group.equals(ofGroup) && kind.equals(ofKind);
    }

    /** For messages. */
    String title() {
        return kind + " " + name;
    }

    Fields specOrEmpty(Findings findings) {
        return spec == null
                ? new Fields("spec", new MapNode(at, Collections.emptyMap()), findings)
                : spec;
    }
}
