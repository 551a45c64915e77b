/**
 * Where requests go: an {@link dev.asterism.l7.upstream.Endpoint} is one server with its connections. Pure, as
 * connections come from a {@link dev.asterism.l7.upstream.Connector}; one loop's thread.
 */
@NullMarked
package dev.asterism.l7.upstream;

import org.jspecify.annotations.NullMarked;
