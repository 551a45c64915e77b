package dev.asterism.overlay.path;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Candidate underlay addresses of one peer, by owner of the knowledge (spec wire.md 9.6). Control plane only.
 */
public interface RemoteList {

    /** Effective candidates, filtered, deduplicated and sorted by wire.md 9.6. */
    List<UnderlayAddr> candidates(List<Cidr> preferredRanges);

    /** Addresses of relays through which the peer says it can be reached. */
    List<Ip> relays();

    /** Stores where an authenticated packet of the peer came from; one IPv4 and one IPv6 place per owner. */
    void learn(Ip owner, UnderlayAddr address);

    /** What the owner's packets were last seen from, or null. */
    @Nullable UnderlayAddr learnedIpv4(Ip owner);

    /** Leaves an address out of the candidates: another host answered there. */
    void block(UnderlayAddr bad);

    void unblockAll();
}
