package dev.asterism.agent.control;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;
import java.util.Map;

/**
 * Where a peer may be.
 *
 * @param overlay its addresses in the overlay, primary first
 * @param candidates underlay addresses that would be tried, best first
 * @param byOwner who says so: the peer itself, or a lighthouse
 */
public record RemoteView(
        List<Ip> overlay, List<UnderlayAddr> candidates, Map<Ip, List<UnderlayAddr>> byOwner) {}
