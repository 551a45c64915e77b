package dev.asterism.l7.route;

import org.jspecify.annotations.Nullable;

/**
 * Sends the client elsewhere. What is null stays as the request had it.
 *
 * @param code 301, 302, 303, 307 or 308
 * @param scheme http or https; a request's own is http
 * @param port 0: as the request had it, or none when the scheme changes
 * @param prefix in place of the matched prefix
 * @param path in place of the whole path; the query stays
 */
public record RedirectSpec(
        int code,
        @Nullable String scheme,
        @Nullable String host,
        int port,
        @Nullable String prefix,
        @Nullable String path) {

    public RedirectSpec {
        switch (code) {
            case 301, 302, 303, 307, 308 -> {}
            default ->
                    throw new IllegalArgumentException(
                            "expected 301, 302, 303, 307 or 308, not " + code);
        }
    }
}
