package dev.asterism.overlay.view;

import dev.asterism.overlay.net.UnderlayAddr;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How packets get to a peer.
 *
 * @param remote where they are sent; null while there is no direct path
 * @param age since when they are sent there
 * @param candidates other addresses the peer may have, best first
 */
public record PathView(
        @Nullable UnderlayAddr remote, Duration age, List<UnderlayAddr> candidates) {}
