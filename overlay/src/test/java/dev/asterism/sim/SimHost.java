package dev.asterism.sim;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.IpFamily;
import dev.asterism.overlay.net.UnderlayAddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A machine: underlay addresses, a stack with a TUN, and perhaps a node that runs on it. Made by {@link
 * SimMesh#host}; stands on the internet unless placed elsewhere.
 */
public final class SimHost implements Station {

    /** Where nodes listen unless told otherwise. */
    public static final int NODE_PORT = 4242;

    private static final int FIRST_APPLICATION_PORT = 40_000;

    private final SimMesh mesh;
    private final String name;
    private final SimRandom random;
    private final NodeDriver driver;
    private final HostStack stack;
    private final HostSockets sockets = new HostSockets();
    private final List<MeshEvent> events = new ArrayList<>();
    private Realm realm;
    private List<Ip> underlay = List.of();
    private List<Ip> overlay;
    private Duration wallSkew = Duration.ZERO;
    private boolean mergesReceives;
    private boolean offloads;
    private @Nullable SimNodeFactory factory;
    private @Nullable SimNode node;

    SimHost(SimMesh mesh, String name, Ip overlay) {
        this.mesh = mesh;
        this.name = name;
        this.overlay = List.of(overlay);
        random = mesh.random(name);
        realm = mesh.network().internet();
        stack = new HostStack(this, mesh.clock(), mesh.observer());
        driver =
                new NodeDriver(
                        name,
                        mesh.clock(),
                        random.stream("order"),
                        this::now,
                        () -> mesh.observer().rested(this));
        place(realm, List.of(realm.freeIpv4()));
    }

    @Override
    public String name() {
        return name;
    }

    // Where it is.

    /**
     * Gives it these addresses instead of those it has: literals, IPv4 in the realm where it stands, IPv6
     * always on the internet. On a running host this is a move without a word to the node.
     */
    public SimHost at(String... addresses) {
        return place(realm, Arrays.stream(addresses).map(Ip::of).toList());
    }

    /** Moves it behind a NAT of its own. */
    public SimHost behind(NatBehaviour behaviour) {
        return behind(mesh.network().nat(behaviour));
    }

    /** Moves it behind a NAT that others may share. */
    public SimHost behind(SimNat nat) {
        return place(nat.inside(), List.of(nat.inside().freeIpv4()));
    }

    /** Moves it to the open internet, with a new address. */
    public SimHost onInternet() {
        Realm internet = mesh.network().internet();
        return place(internet, List.of(internet.freeIpv4()));
    }

    private SimHost place(Realm to, List<Ip> addresses) {
        underlay.forEach(ip -> realmFor(ip).release(ip));
        realm = to;
        underlay = List.copyOf(addresses);
        underlay.forEach(ip -> realmFor(ip).claim(ip, this));
        return this;
    }

    public List<Ip> underlay() {
        return underlay;
    }

    /** The first underlay address with {@link #NODE_PORT}; behind a NAT an inside one. */
    public UnderlayAddr endpoint() {
        return new UnderlayAddr(underlay.getFirst(), NODE_PORT);
    }

    Realm realm() {
        return realm;
    }

    /** NATs are for IPv4; IPv6 needs none. */
    Realm realmFor(Ip ip) {
        return ip.isIpv4() ? realm : mesh.network().internet();
    }

    boolean hasIpv6() {
        return underlay.stream().anyMatch(ip -> !ip.isIpv4());
    }

    // What it is set to.

    /** Overlay addresses for the packets of its stack, instead of the one it was given. */
    public SimHost overlay(String... addresses) {
        overlay = Arrays.stream(addresses).map(Ip::of).toList();
        return this;
    }

    public List<Ip> overlay() {
        return overlay;
    }

    /** Lets sockets hand up equal datagrams as batches, as with UDP_GRO. */
    public SimHost mergingReceives() {
        mergesReceives = true;
        return this;
    }

    boolean mergesReceives() {
        return mergesReceives;
    }

    /**
     * Gives it a TUN that takes super-packets and unfinished checksums, and whose stack hands out
     * such; before the node starts.
     */
    public SimHost offloading() {
        offloads = true;
        return this;
    }

    boolean offloads() {
        return offloads;
    }

    /** Puts its wall clock off; may be called at any time, for steps. The monotonic clock is untouched. */
    public SimHost wallSkew(Duration ahead) {
        wallSkew = ahead;
        return this;
    }

    Tick now() {
        return mesh.clock().tick(wallSkew);
    }

    SimRandom random() {
        return random;
    }

    // What runs on it.

    public SimHost start(SimNodeFactory with) {
        if (node != null) {
            throw new IllegalStateException(name + " runs already");
        }
        factory = with;
        SimNode started = with.start(new HostEnvironment(this, mesh));
        node = started;
        driver.drive(started.cycles());
        return this;
    }

    SimMesh mesh() {
        return mesh;
    }

    /** Ends the node in good order. */
    public void stop() {
        if (node != null) {
            node.stop();
            crash();
        }
    }

    /** Ends the node without a word, as kill -9 does. */
    public void crash() {
        driver.halt();
        sockets.closeAll();
        stack.closeAll();
        mesh.watches().forget(this);
        node = null;
    }

    /** Crashes and starts again, with nothing but what the factory remembers. */
    public void restart() {
        crash();
        if (factory == null) {
            throw new IllegalStateException(name + " was never started");
        }
        start(factory);
    }

    /** Stops the node's clockwork, as SIGSTOP does: sockets still fill. */
    public void pause() {
        driver.paused(true);
    }

    public void resume() {
        driver.paused(false);
    }

    public boolean isRunning() {
        return node != null;
    }

    /** The node as its own type; throws when there is none, or one of another type. */
    public <T extends SimNode> T node(Class<T> type) {
        if (node == null) {
            throw new IllegalStateException(name + " does not run");
        }
        return type.cast(node);
    }

    public void wake() {
        driver.wake();
    }

    // What its applications do.

    /** Sends a datagram with a probe in it to another host's overlay address; returns the probe's number. */
    public long sendUdp(SimHost to, int port, String text) {
        return sendUdp(overlayLike(to), to.overlayLike(this), port, text);
    }

    /** As above, from the first address of one family to the other's. */
    public long sendUdp(SimHost to, IpFamily family, int port, String text) {
        return sendUdp(overlayOf(family), to.overlayOf(family), port, text);
    }

    /** As above, from one address to another, whoever has them. */
    public long sendUdp(Ip source, Ip destination, int port, String text) {
        long probe = mesh.nextProbe();
        int sourcePort = FIRST_APPLICATION_PORT + (int) (probe % 20_000);
        Flow flow = new Flow(source, sourcePort, destination, port);
        inject(IpPackets.udp(flow, Probe.payload(probe, text)));
        return probe;
    }

    private Ip overlayOf(IpFamily family) {
        return overlay.stream().filter(family::includes).findFirst().orElseThrow();
    }

    /** Sends an echo request with a probe in it; returns the probe's number, which a reply carries too. */
    public long ping(SimHost to) {
        long probe = mesh.nextProbe();
        byte[] payload = Probe.payload(probe, "ping");
        int identifier = (int) probe & 0xFFFF;
        inject(IpPackets.echoRequest(overlayLike(to), to.overlayLike(this), identifier, payload));
        return probe;
    }

    /** Answers echo requests, as every kernel does. */
    public SimHost answeringPings() {
        stack.onDelivery(this::answerPing);
        return this;
    }

    private void answerPing(Delivery delivery) {
        ParsedPacket request = delivery.parsed();
        if (request != null && request.isEchoRequest()) {
            Flow back = request.flow().reversed();
            int identifier = (int) delivery.probe() & 0xFFFF;
            byte[] payload = request.payload().toArray();
            inject(IpPackets.echoReply(back.source(), back.destination(), identifier, payload));
        }
    }

    /** Any packet, as the stack's output; a probe inside is tracked like those of {@link #sendUdp}. */
    public void inject(Bytes packet) {
        inject(packet, 0);
    }

    /**
     * @param segmentSize piece size of a super-packet, which a host that is not {@link #offloading} cuts itself; or 0
     */
    public void inject(Bytes packet, int segmentSize) {
        stack.inject(packet, segmentSize);
        driver.wake();
    }

    /** Called with every packet that the node delivers, after the node's work at that instant. */
    public void onDelivery(Consumer<Delivery> application) {
        stack.onDelivery(application);
    }

    /** The first address of the family that both hosts have. */
    private Ip overlayLike(SimHost other) {
        return overlay.stream()
                .filter(ip -> other.overlay.stream().anyMatch(o -> o.isIpv4() == ip.isIpv4()))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("no common family with " + other.name));
    }

    // What it has seen.

    public List<Delivery> deliveries() {
        return stack.deliveries();
    }

    /** How many super-packets the node has written to the TUN. */
    public int superPacketsReceived() {
        return stack.superPackets();
    }

    public Condition received(String text) {
        return Condition.of(
                name + " received \"" + text + '"',
                () -> stack.deliveries().stream().anyMatch(d -> d.text().equals(text)));
    }

    public Condition received(long probe) {
        return Condition.of(
                name + " received probe " + probe,
                () -> stack.deliveries().stream().anyMatch(d -> d.probe() == probe));
    }

    public <T extends MeshEvent> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    public Condition emitted(Class<? extends MeshEvent> type) {
        return Condition.of(
                name + " emitted " + type.getSimpleName(),
                () -> events.stream().anyMatch(type::isInstance));
    }

    @Override
    public String toString() {
        return name;
    }

    // What the network and the ports call.

    void arrived(SimDatagram datagram) {
        String refusal = sockets.refusal(datagram.to().port(), datagram.from(), datagram.content());
        if (refusal.isEmpty()) {
            mesh.observer().arrived(datagram, this);
            driver.wake();
        } else {
            mesh.observer().lost(datagram, refusal);
        }
    }

    void sendDatagram(int sourcePort, UnderlayAddr to, Bytes content) {
        Ip source = sourceTowards(to.ip());
        if (source != null) {
            mesh.network().send(this, new UnderlayAddr(source, sourcePort), to, content);
        } else {
            UnderlayAddr from = new UnderlayAddr(new Ip(0, 0), sourcePort);
            long now = mesh.clock().nanos();
            mesh.observer()
                    .lost(
                            new SimDatagram(now, name, from, to, content),
                            "no address of that family");
        }
    }

    /** Of the family's addresses the one most like the destination, as connected networks are found. */
    private @Nullable Ip sourceTowards(Ip to) {
        return underlay.stream()
                .filter(ip -> ip.isIpv4() == to.isIpv4())
                .reduce((one, other) -> likeness(other, to) > likeness(one, to) ? other : one)
                .orElse(null);
    }

    /** Of two addresses of a family: leading bits that are the same. */
    private static int likeness(Ip one, Ip other) {
        return one.hi() == other.hi()
                ? Long.SIZE + Long.numberOfLeadingZeros(one.lo() ^ other.lo())
                : Long.numberOfLeadingZeros(one.hi() ^ other.hi());
    }

    void deliveredByNode(Bytes packet, int segmentSize, boolean checksumPartial) {
        stack.delivered(packet, segmentSize, checksumPartial);
    }

    SimUdp openUdp(int port) {
        return sockets.open(this, port);
    }

    SimTun openTun() {
        return stack.open();
    }

    void closed(SimUdp socket) {
        sockets.closed(socket);
    }

    void closed(SimTun queue) {
        stack.closed(queue);
    }

    void emitted(MeshEvent event) {
        events.add(event);
        mesh.observer().emitted(this, event);
    }
}
