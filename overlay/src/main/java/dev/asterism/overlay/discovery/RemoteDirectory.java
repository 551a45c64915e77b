package dev.asterism.overlay.discovery;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.RemoteList;
import java.util.List;

/**
 * Who knows where peers are: candidate underlay addresses, and "please find out". Implemented by the
 * lighthouse module; called by the control plane only.
 */
public interface RemoteDirectory {

    /** The one list of candidates of a peer, made when absent; shared by all its addresses. */
    RemoteList remotesOf(Ip overlay);

    /**
     * A handshake with this peer begins: compute calculated remotes, refresh static names. Returns true when
     * there are static or calculated candidates, so that the first attempt is made at once (wire.md 5.1).
     */
    boolean handshakeStarting(Ip overlay, Tick now);

    /** Asks the lighthouses; no effect on a lighthouse, or about one. */
    void query(Ip overlay, Tick now);

    /** A handshake with this peer ran out of tries. */
    void handshakeFailed(Ip overlay);

    boolean isLighthouse(Ip overlay);

    /**
     * A session with this peer was made: unify its lists, report to it if it is a lighthouse. Ask {@link
     * #remotesOf} again afterwards: lists handed out before for another address of it may be stale.
     */
    void sessionMade(List<Ip> peerAddresses, Tick now);

    /** The last session with this peer is gone: forget what was learned, unless static. */
    void peerGone(List<Ip> peerAddresses);
}
