package dev.asterism.l7.route;

import org.jspecify.annotations.Nullable;

/**
 * Changes to where a request is addressed, which its upstream sees.
 *
 * @param prefix takes the place of the matched prefix, by whole segments; only on routes with {@code prefix}
 * @param path takes the place of the whole path; the query stays
 * @param host takes the place of Host or :authority
 */
public record RewriteSpec(@Nullable String prefix, @Nullable String path, @Nullable String host) {}
