package dev.asterism.sim;

import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.net.UnderlayAddr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The simplest node that can punch holes, to test the simulator with: says "ask" to every peer address it
 * knows, several times, answers each "ask" with "answer", and learns addresses from what arrives.
 */
final class EchoNode implements SimNode, DutyCycle {

    private static final byte[] ASK = "ask".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ANSWER = "answer".getBytes(StandardCharsets.US_ASCII);
    private static final long PERIOD_NANOS = 500_000_000;

    private final UdpPort udp;
    private final DatagramBatch in;
    private final DatagramBatch out;
    private final Set<UnderlayAddr> peers = new LinkedHashSet<>();
    private final List<UnderlayAddr> answers = new ArrayList<>();
    private final List<UnderlayAddr> asks = new ArrayList<>();
    private long nextAskNanos = Long.MAX_VALUE;
    private int asksLeft;

    private EchoNode(UdpPort udp) {
        this.udp = udp;
        in = udp.newBatch(16, 1 << 16);
        out = udp.newBatch(16, 1 << 16);
    }

    static SimNodeFactory factory() {
        return environment -> new EchoNode(environment.openUdp(SimHost.NODE_PORT));
    }

    /** Starts asking; the host must be woken. */
    void ask(UnderlayAddr peer, int times) {
        peers.add(peer);
        asksLeft = times;
        nextAskNanos = Long.MIN_VALUE;
    }

    /** Who answered, in order. */
    List<UnderlayAddr> answers() {
        return answers;
    }

    /** Who asked, in order. */
    List<UnderlayAddr> asks() {
        return asks;
    }

    @Override
    public int doWork(Tick now) {
        int work = udp.receive(in);
        out.clear();
        for (int i = 0; i < in.count(); i++) {
            received(in.address(i), in.length(i));
        }
        if (nextAskNanos <= now.nanos()) {
            peers.forEach(peer -> put(peer, ASK));
            asksLeft--;
            nextAskNanos = asksLeft > 0 ? now.nanos() + PERIOD_NANOS : Long.MAX_VALUE;
        }
        udp.send(out);
        return work;
    }

    private void received(UnderlayAddr from, int length) {
        if (length == ASK.length) {
            asks.add(from);
            put(from, ANSWER);
            if (asksLeft > 0) {
                peers.add(from);
            }
        } else {
            answers.add(from);
        }
    }

    private void put(UnderlayAddr to, byte[] content) {
        int at = out.reserve(content.length);
        MemorySegment.copy(content, 0, out.slab(), ValueLayout.JAVA_BYTE, at, content.length);
        out.append(content.length, 0, to.ip().hi(), to.ip().lo(), to.port());
    }

    @Override
    public long nextDeadlineNanos() {
        return nextAskNanos;
    }

    @Override
    public String role() {
        return "echo";
    }

    @Override
    public List<DutyCycle> cycles() {
        return List.of(this);
    }

    @Override
    public void stop() {}
}
