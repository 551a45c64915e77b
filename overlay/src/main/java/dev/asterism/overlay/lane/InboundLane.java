package dev.asterism.overlay.lane;

import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.FilterPorts;
import dev.asterism.overlay.firewall.FlowCache;
import dev.asterism.overlay.firewall.Verdict;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IpPacket;
import dev.asterism.overlay.packet.PacketFault;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.packet.RejectPacket;
import dev.asterism.overlay.packet.gso.PartialChecksum;
import dev.asterism.overlay.relay.RelayEntry;
import dev.asterism.overlay.tunnel.Session;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The way of a datagram in, from the wire to the host's stack, in the order of its steps (spec wire.md 1.1,
 * docs/architecture.md). One thread; allocates nothing for a packet of a peer that stays where it is.
 */
public final class InboundLane implements DutyCycle {

    private static final int DATAGRAMS = 32;
    private static final int DATAGRAM_SLAB = DATAGRAMS * 65536;
    private static final int PACKETS = 128;
    private static final int PACKET_SLAB = 1024 * 1024;
    static final int MIN_SEALED_BYTES = Header.LENGTH + AeadProvider.TAG_BYTES;

    /** Nebula's buffers hold no more, so no peer can have sent it. */
    static final int MAX_CONTROL_BYTES = 9001;

    private final LaneShared lane;
    private final UnauthenticatedGate unauthenticated;
    private final FlowCache firewall;
    private final FilterPath filter;
    private final UdpPort udp;
    private final AeadContext cipher;
    private final PacketSender sender;
    private final DropSampler refusals;
    private final DatagramBatch received;
    private final EarlyDatagrams early;
    private final TunWriter host;
    private final FlowKey flow = new FlowKey();
    private final PeerObserver peers;
    private final RelayedDatagrams relayed;

    /** For one opened message or one reject packet at a time. */
    private final MemorySegment scratch =
            MemorySegment.ofArray(new byte[Math.max(MAX_CONTROL_BYTES, RejectPacket.MAX_BYTES)]);

    /** The one at work: of what was received, or of what had to wait. */
    private final Datagram datagram;

    /**
     * @param wakeLane makes this lane's thread look; called by any thread, must not block
     */
    public InboundLane(
            LaneShared parts,
            UdpPort udp,
            TunPort tun,
            AeadContext cipher,
            PacketSender sender,
            Runnable wakeLane) {
        this.early = new EarlyDatagrams(wakeLane);
        this.lane = parts;
        this.unauthenticated = new UnauthenticatedGate(parts.tunnels(), parts.commands());
        this.peers = new PeerObserver(parts.commands());
        this.firewall = new FlowCache(parts.firewall(), Direction.INBOUND);
        this.filter = new FilterPath(parts.firewall());
        this.refusals = new DropSampler(parts.commands());
        this.udp = udp;
        this.cipher = cipher;
        this.sender = sender;
        this.received = udp.newBatch(DATAGRAMS, DATAGRAM_SLAB);
        this.datagram = new Datagram(received);
        this.relayed =
                new RelayedDatagrams(
                        parts.commands(), cipher, new RelayForwarder(cipher, sender, received));
        this.host = TunWriter.of(tun, PACKETS, PACKET_SLAB);
    }

    /** Control plane's thread: a tunnel can be found that could not before. */
    public void tunnelPublished() {
        early.tunnelPublished();
    }

    @Override
    public int doWork(Tick now) {
        int count = udp.receive(received);
        if (count == 0 && early.isEmpty()) {
            return 0;
        }
        lane.epoch().begin();
        int done = work(count, now);
        lane.epoch().end();
        return done;
    }

    private int work(int count, Tick now) {
        int waited = early.isEmpty() ? 0 : retryEarly(now.nanos());
        if (count == 0) {
            return waited;
        }
        NodeSnapshot snapshot = lane.snapshots().get();
        for (int entry = 0; entry < count; entry++) {
            datagram.enter(received, entry);
            forEachDatagram(snapshot, now.nanos());
        }
        flush();
        return waited + count;
    }

    /** Replays datagrams that arrived before their tunnel was installed. */
    private int retryEarly(long nowNanos) {
        int done = 0;
        NodeSnapshot snapshot = lane.snapshots().get();
        DatagramBatch held = early.held();
        for (int entry = 0; entry < held.count(); entry++) {
            if (early.isWaiting(entry)
                    && lane.tunnels().byIndex(Header.remoteIndex(held.slab(), held.offset(entry)))
                            != null) {
                early.take(entry);
                datagram.enter(held, entry, early.via(entry));
                forEachDatagram(snapshot, nowNanos);
                done++;
            }
        }
        lane.counters().countIn(PacketOutcome.UNKNOWN_INDEX, early.looked(nowNanos));
        if (done > 0) {
            flush();
        }
        return done;
    }

    private void flush() {
        unauthenticated.wakeControl();
        relayed.flush();
        sender.flush();
        host.flush();
    }

    /** All datagrams of the entry that was entered. */
    private void forEachDatagram(NodeSnapshot snapshot, long nowNanos) {
        if (datagram.remainingBytes() > 1 && isFromNoPeer(snapshot)) {
            lane.counters().countIn(PacketOutcome.INVALID_SOURCE, datagram.remaining());
            return;
        }
        while (datagram.next()) {
            lane.counters().countIn(onDatagram(snapshot, nowNanos), 1);
        }
        peers.flush(nowNanos);
        relayed.endEntry(nowNanos);
    }

    /** Asked once for an entry: all its datagrams have one source. */
    private boolean isFromNoPeer(NodeSnapshot snapshot) {
        return datagram.port() == 0 // no answer can reach it
                || snapshot.own().inNetworks(datagram.addressHi(), datagram.addressLo());
    }

    private PacketOutcome onDatagram(NodeSnapshot snapshot, long nowNanos) {
        if (datagram.length() <= 1) {
            if (datagram.via() != null) {
                return PacketOutcome.INVALID_HEADER; // its address is the relay's, which sends none
            }
            unauthenticated.punch(datagram, nowNanos);
            return PacketOutcome.PUNCH;
        }
        if (!datagram.hasHeader()) {
            return PacketOutcome.INVALID_HEADER;
        }
        int type = datagram.type();
        if (type == MessageType.HANDSHAKE.number()) {
            return unauthenticated.handshake(
                    snapshot.remotePolicy(),
                    snapshot.issuers(),
                    snapshot.identity().curve().publicKeyBytes(),
                    datagram,
                    nowNanos);
        }
        if (type == MessageType.RECV_ERROR.number()) {
            return datagram.via() == null
                    ? unauthenticated.recvError(datagram, nowNanos)
                    : PacketOutcome.INVALID_HEADER; // nobody sends one through a relay
        }
        if (type == MessageType.MESSAGE.number()
                && datagram.subtype() == MessageType.MESSAGE_RELAY) {
            return datagram.via() == null
                    ? onRelayed(snapshot, nowNanos)
                    : PacketOutcome.RELAY_NESTED;
        }
        return onSealed(snapshot, type, nowNanos);
    }

    private PacketOutcome onSealed(NodeSnapshot snapshot, int type, long nowNanos) {
        int index = datagram.index();
        Tunnel tunnel = lane.tunnels().byIndex(index);
        if (tunnel == null) {
            if (datagram.isIn(received) && lane.tunnels().awaited().mayContain(index)) {
                return hold(index, nowNanos);
            }
            tunnel = lane.tunnels().byIndex(index); // it may have come between the two questions
        }
        if (tunnel == null) {
            onUnknownIndex(snapshot, index, nowNanos);
            return PacketOutcome.UNKNOWN_INDEX;
        }
        if (datagram.length() < MIN_SEALED_BYTES) {
            return PacketOutcome.INVALID_LENGTH;
        }
        long counter = datagram.counter();
        if (!tunnel.session().window().check(counter)) {
            return PacketOutcome.REPLAYED;
        }
        return type == MessageType.MESSAGE.number()
                ? decryptPacket(snapshot, tunnel, counter, nowNanos)
                : decryptMessage(tunnel, type, counter, nowNanos);
    }

    private PacketOutcome hold(int index, long nowNanos) {
        if (early.isEmpty()) {
            unauthenticated.packetBeforeAnswer(index);
        }
        return early.hold(datagram, nowNanos)
                ? PacketOutcome.WAITING_FOR_TUNNEL
                : PacketOutcome.UNKNOWN_INDEX;
    }

    /** A recv_error never goes through a relay, as in Nebula. */
    private void onUnknownIndex(NodeSnapshot snapshot, int index, long nowNanos) {
        if (datagram.via() != null) {
            return;
        }
        if (unauthenticated.mayBeTold(
                snapshot.lanes().sendRecvError(), index, datagram, nowNanos)) {
            lane.counters().countOut(PacketOutcome.RECV_ERROR);
            sender.recvError(index, datagram.addressHi(), datagram.addressLo(), datagram.port());
        }
    }

    /** A packet inside a packet: goes on to the other end of its path, or is for us. */
    private PacketOutcome onRelayed(NodeSnapshot snapshot, long nowNanos) {
        int index = datagram.index();
        RelayEntry entry = lane.relays().byIndex(index);
        if (entry == null) {
            onUnknownIndex(snapshot, index, nowNanos);
            return PacketOutcome.RELAY_UNKNOWN;
        }
        PacketOutcome end = relayed.onRelayed(datagram, entry, nowNanos);
        return end == null ? onDatagram(snapshot, nowNanos) : end;
    }

    private PacketOutcome decryptPacket(
            NodeSnapshot snapshot, Tunnel tunnel, long counter, long nowNanos) {
        int plain = datagram.length() - MIN_SEALED_BYTES;
        boolean partial = datagram.isChecksumPartial();
        if (partial && !tunnel.session().partialChecksums()) {
            // A mark nobody agreed on: Nebula would ignore it, and so would mislead the host.
            return PacketOutcome.INVALID_EXTENSION;
        }
        int to = host.place(plain);
        if (to < 0) {
            return PacketOutcome.TOO_LARGE;
        }
        PacketOutcome unopened = decrypt(tunnel, counter, host.slab(), to);
        if (unopened != null) {
            host.discard();
            return unopened;
        }
        peers.authenticated(tunnel, datagram, nowNanos);
        peers.usedIt();
        if (plain > tunnel.pathLimit().noticeAbove()) {
            notice(tunnel, plain, nowNanos);
        }
        if (plain == 0
                || IpPacket.parseIncoming(host.slab(), to, plain, flow) != PacketFault.NONE
                || partial && !PartialChecksum.isSound(host.slab(), to, plain)) {
            host.discard();
            return PacketOutcome.MALFORMED;
        }
        FilterPorts ports = snapshot.filterPorts();
        Verdict verdict =
                firewall.check(snapshot.rules(), ports, flow, tunnel.firewallPeer(), nowNanos);
        if (verdict != Verdict.PASS) {
            refuse(snapshot, verdict, tunnel, to, plain, nowNanos);
            host.discard();
            return verdict.outcome();
        }
        if (ports.isInUse() && !filter.toHost(host.slab(), to, plain, flow, partial)) {
            host.discard();
            return PacketOutcome.MALFORMED;
        }
        host.keep(plain, partial);
        lane.counters().bytesIn(plain);
        return PacketOutcome.DELIVERED;
    }

    /** A path that brings large packets may carry none back, and may stop bringing them. */
    private void notice(Tunnel tunnel, int packetBytes, long nowNanos) {
        if (tunnel.pathLimit().offersNotice(nowNanos)) {
            lane.commands().offer(new ControlCommand.LargePacket(tunnel, packetBytes));
        }
    }

    private PacketOutcome decryptMessage(Tunnel tunnel, int type, long counter, long nowNanos) {
        if (datagram.length() > MAX_CONTROL_BYTES) {
            return PacketOutcome.INVALID_LENGTH;
        }
        MessageType known = MessageType.ofNumber(type);
        if (known == null) {
            return PacketOutcome.INVALID_HEADER;
        }
        PacketOutcome unopened = decrypt(tunnel, counter, scratch, 0);
        if (unopened != null) {
            return unopened;
        }
        peers.authenticated(tunnel, datagram, nowNanos);
        int subtype = datagram.subtype();
        if (known != MessageType.TEST || subtype != MessageType.TEST_REPLY) {
            peers.usedIt();
        }
        if (!tunnel.controlMessages().take(nowNanos)) {
            return PacketOutcome.RATE_LIMITED;
        }
        int plain = datagram.length() - MIN_SEALED_BYTES;
        if (known == MessageType.TEST
                && subtype == MessageType.TEST_REQUEST
                && TestAnswers.answered(sender, tunnel, datagram, scratch, plain)) {
            return PacketOutcome.CONTROL_MESSAGE;
        }
        Bytes payload = Bytes.copyOf(scratch, 0, plain);
        return lane.commands()
                        .offer(
                                new ControlCommand.PeerSent(
                                        tunnel, known, subtype, payload, datagram.path()))
                ? PacketOutcome.CONTROL_MESSAGE
                : PacketOutcome.QUEUE_FULL;
    }

    /** Why it is not the peer's, or null when it was opened. */
    private @Nullable PacketOutcome decrypt(
            Tunnel tunnel, long counter, MemorySegment out, long outAt) {
        Session session = tunnel.session();
        if (!cipher.open(
                session.receiveKey(),
                counter,
                datagram.slab(),
                datagram.at(),
                Header.LENGTH,
                datagram.length() - Header.LENGTH,
                out,
                outAt)) {
            return PacketOutcome.FORGED;
        }
        if (!session.window().update(counter)) {
            return PacketOutcome.REPLAYED;
        }
        return null;
    }

    private void refuse(
            NodeSnapshot snapshot,
            Verdict verdict,
            Tunnel tunnel,
            int at,
            int length,
            long nowNanos) {
        refusals.refused(Direction.INBOUND, flow, verdict, tunnel, nowNanos);
        // The filter's state is no secret of the rules, and who is told can try another node.
        if (verdict == Verdict.DROP_FILTER_DOWN || snapshot.lanes().rejectInbound()) {
            int written = RejectPacket.write(host.slab(), at, length, scratch, 0);
            if (written > 0) {
                sender.packet(tunnel, scratch, 0, written);
            }
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return early.nextRetryNanos();
    }

    @Override
    public String role() {
        return "inbound";
    }
}
