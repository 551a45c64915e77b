/**
 * How discovery plugs into the engine: {@link dev.asterism.overlay.discovery.PeerDiscovery} handles
 * its messages, {@link dev.asterism.overlay.discovery.RemoteDirectory} answers where a peer may be,
 * and {@link dev.asterism.overlay.discovery.ControlLink} sends for it. Implemented in the module
 * {@code lighthouse}. Control plane's thread only.
 */
@NullMarked
package dev.asterism.overlay.discovery;

import org.jspecify.annotations.NullMarked;
