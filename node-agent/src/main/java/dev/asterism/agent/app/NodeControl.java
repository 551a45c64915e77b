package dev.asterism.agent.app;

import dev.asterism.agent.control.AgentControl;
import dev.asterism.agent.control.AgentView;
import dev.asterism.agent.control.ControlFailure;
import dev.asterism.agent.control.ControlPeer;
import dev.asterism.agent.control.FilterControl;
import dev.asterism.agent.control.RemoteView;
import dev.asterism.agent.control.RevocationView;
import dev.asterism.agent.log.LogSetup;
import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.agent.service.ReloadReport;
import dev.asterism.lighthouse.Discovery;
import dev.asterism.overlay.firewall.LocalNetworks;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.node.NodeInspector;
import dev.asterism.overlay.path.RemoteList;
import dev.asterism.overlay.view.DropView;
import dev.asterism.overlay.view.HandshakeView;
import dev.asterism.overlay.view.LastPacketView;
import dev.asterism.overlay.view.NodeView;
import dev.asterism.overlay.view.PeerView;
import dev.asterism.overlay.view.RouteView;
import dev.asterism.overlay.view.WhyView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers the control socket by asking the control plane's thread. Any thread. */
final class NodeControl implements AgentControl {

    /** Less than a client waits, so that it hears why. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int MAX_REMOTES = 1_000;

    private final RunningNode running;
    private final Path config;
    private final String version;
    private final Function<ControlPeer, ReloadReport> reload;
    private final long startedNanos = System.nanoTime();
    private volatile @Nullable ReloadReport last;
    private volatile Supplier<@Nullable FilterControl> filter = () -> null;

    /**
     * @param reload has the main thread reload and waits for it
     */
    NodeControl(
            RunningNode running,
            Path config,
            String version,
            Function<ControlPeer, ReloadReport> reload) {
        this.running = running;
        this.config = config;
        this.version = version;
        this.reload = reload;
    }

    /** Main thread, after each reload, whoever asked for it. */
    void reloaded(ReloadReport report) {
        last = report;
    }

    private <T> T ask(Function<Tick, T> question) {
        T answer = ControlPlaneCall.ask(running.node(), PATIENCE, question);
        if (answer == null) {
            throw new ControlFailure(
                    ControlFailure.Code.TIMEOUT, "the node did not answer in time");
        }
        return answer;
    }

    private <T> T inspect(BiFunction<NodeInspector, Tick, T> question) {
        return ask(now -> question.apply(running.node().inspector(), now));
    }

    @Override
    public AgentView agent() {
        return new AgentView(
                version,
                ProcessHandle.current().pid(),
                Duration.ofNanos(System.nanoTime() - startedNanos),
                config.toString(),
                running.device() == null ? "none" : running.device().name(),
                running.listens().toString(),
                LogSetup.level(),
                last);
    }

    @Override
    public NodeView node() {
        return inspect((inspector, _) -> inspector.node());
    }

    @Override
    public RevocationView revocation() {
        return inspect(
                (inspector, now) ->
                        RevocationView.of(
                                running.discovery(),
                                running.node().snapshot().cas(),
                                inspector.refused(now),
                                now));
    }

    @Override
    public List<PeerView> peers() {
        return inspect(NodeInspector::peers);
    }

    @Override
    public List<HandshakeView> handshakes() {
        return inspect(NodeInspector::handshakes);
    }

    @Override
    public List<RouteView> routes() {
        return inspect((inspector, _) -> inspector.routes());
    }

    @Override
    public List<DropView> drops() {
        return inspect((inspector, _) -> inspector.drops());
    }

    @Override
    public WhyView why(WhyView.PacketQuestion question) {
        return inspect((inspector, now) -> inspector.why(question, now));
    }

    @Override
    public @Nullable LastPacketView lastPacket(LastPacketView.Pair wanted) {
        return inspect((inspector, now) -> Optional.ofNullable(inspector.lastPacket(wanted, now)))
                .orElse(null);
    }

    @Override
    public List<RemoteView> remotes() {
        Discovery discovery = running.discovery();
        return ask(_ -> discovery.known().stream().limit(MAX_REMOTES).map(this::remote).toList());
    }

    private RemoteView remote(RemoteList list) {
        Map<Ip, List<UnderlayAddr>> byOwner = new LinkedHashMap<>();
        list.knowledge()
                .forEach(
                        (owner, known) ->
                                byOwner.put(owner, known.all().stream().distinct().toList()));
        return new RemoteView(
                list.overlay(),
                list.candidates(running.node().snapshot().config().preferredRanges()),
                byOwner);
    }

    @Override
    public void query(Ip peer) {
        ask(
                now -> {
                    running.discovery().query(peer, now);
                    return true;
                });
    }

    @Override
    public int closeTunnels(Ip peer) {
        return ask(_ -> running.node().control().closeTunnels(peer));
    }

    @Override
    public void probe(Ip peer) {
        ask(
                now -> {
                    requirePeer(peer);
                    running.node().control().probe(peer, now);
                    return true;
                });
    }

    private void requirePeer(Ip address) {
        LocalNetworks own = running.node().snapshot().own();
        if (own.isOwnAddress(address.hi(), address.lo())
                || !own.inNetworks(address.hi(), address.lo())) {
            throw new ControlFailure(
                    ControlFailure.Code.NOT_FOUND,
                    address + " is not a peer's address in this node's networks");
        }
    }

    @Override
    public void rehandshake(Ip peer) {
        ask(
                now -> {
                    requirePeer(peer);
                    running.node().control().rehandshake(peer, now);
                    return true;
                });
    }

    @Override
    public void logLevel(String level) {
        LogSetup.level(level);
    }

    /** Before the socket opens: where to find the filter, which answers null while it does not run. */
    void filter(Supplier<@Nullable FilterControl> source) {
        filter = source;
    }

    @Override
    public FilterControl filter() {
        FilterControl found = filter.get();
        return found == null ? AgentControl.super.filter() : found;
    }

    @Override
    public ReloadReport reload(ControlPeer by) {
        return reload.apply(by);
    }
}
