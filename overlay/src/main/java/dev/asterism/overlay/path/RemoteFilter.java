package dev.asterism.overlay.path;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;

/** remote_allow_list and remote_allow_ranges (spec behaviour.md 3.4). Immutable. */
public interface RemoteFilter {

    RemoteFilter ALLOW_ALL = (_, _) -> true;

    /**
     * @param overlay every overlay address of the peer; all of them must pass; empty when nobody knows yet
     */
    boolean allows(List<Ip> overlay, UnderlayAddr remote);

    /** As above; what came through a relay has no address of the peer's to be denied. */
    default boolean allows(List<Ip> overlay, Path path) {
        return !(path instanceof Path.Direct(UnderlayAddr address)) || allows(overlay, address);
    }

    /** For lanes: false when the address, as its two words, is denied whoever the peer is. Allocates nothing. */
    default boolean allowsFrom(long hi, long lo) {
        return true;
    }
}
