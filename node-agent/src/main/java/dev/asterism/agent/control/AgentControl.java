package dev.asterism.agent.control;

import dev.asterism.agent.service.ReloadReport;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.view.DropView;
import dev.asterism.overlay.view.HandshakeView;
import dev.asterism.overlay.view.LastPacketView;
import dev.asterism.overlay.view.NodeView;
import dev.asterism.overlay.view.PeerView;
import dev.asterism.overlay.view.RouteView;
import dev.asterism.overlay.view.WhyView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the control socket may ask of the agent. Any thread; each call throws {@link ControlFailure}
 * when the agent has no time for it.
 */
public interface AgentControl {

    AgentView agent();

    NodeView node();

    RevocationView revocation();

    /** One for each tunnel. */
    List<PeerView> peers();

    List<HandshakeView> handshakes();

    List<RouteView> routes();

    /** Oldest first. */
    List<DropView> drops();

    /** What discovery knows: each peer once. */
    List<RemoteView> remotes();

    /** Asks the lighthouses where the peer is; the answer comes later, by {@link #remotes}. */
    void query(Ip peer);

    WhyView why(WhyView.PacketQuestion question);

    /** Null when no packet between the two is remembered. */
    @Nullable LastPacketView lastPacket(LastPacketView.Pair wanted);

    /** Closes all tunnels of the peer; returns how many there were. */
    int closeTunnels(Ip peer);

    /** Asks the peer for a sign of life; whether it answers is seen in {@link #peers}. */
    void probe(Ip peer);

    /** Begins a handshake beside the tunnel to the peer. */
    void rehandshake(Ip peer);

    /** Until the next reload that sets another one. */
    void logLevel(String level);

    /**
     * The L7 filter.
     *
     * @throws ControlFailure when it does not run
     */
    default FilterControl filter() {
        throw new ControlFailure(
                ControlFailure.Code.NOT_FOUND,
                "the L7 filter does not run: its section l7 is missing or not enabled");
    }

    /** Reads the files again, as SIGHUP does; the log says who asked. */
    ReloadReport reload(ControlPeer by);
}
