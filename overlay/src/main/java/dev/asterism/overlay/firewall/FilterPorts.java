package dev.asterism.overlay.firewall;

import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IpPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which TCP ports of this host the L7 filter stands in front of, and at which port of its own it listens for each:
 * one for one, so that the way back needs no look-up. Immutable, safe on any thread, part of the snapshot that lanes
 * read. Asked for the first packet of a flow, and for packets of this host that leave from one of the filter's ports;
 * in between the tracked flow knows its way. Allocates nothing when asked.
 */
public final class FilterPorts {

    /** More ports of former configurations are forgotten: their flows end. */
    static final int MAX_RETIRED = 64;

    /** There is no filter. */
    public static final FilterPorts NONE =
            new FilterPorts(List.of(), WhenDown.OPEN, null, List.of());

    /** What becomes of flows that begin while the filter does not answer ({@code l7.on_failure}). */
    public enum WhenDown {
        /** They go straight to the application; the firewall has judged them all the same. */
        OPEN,
        CLOSED
    }

    /**
     * @param port the one that peers ask for
     * @param filterPort where the filter listens for it, on this host's overlay addresses
     */
    public record Entry(int port, int filterPort) {

        public Entry {
            if (port < 1 || port > 0xFFFF || filterPort < 1 || filterPort > 0xFFFF) {
                throw new IllegalArgumentException("port " + port + " to port " + filterPort);
            }
        }
    }

    private final List<Entry> active;
    private final List<Entry> retired;
    private final WhenDown whenDown;
    private final @Nullable FilterGate gate;

    private final int[] ports;
    private final int[] filterPorts;
    private final int[] retiredPorts;
    private final int[] retiredFilterPorts;

    /** One bit for the low six bits of each filter port: most packets of this host are told apart by it. */
    private final long filterPortBits;

    private FilterPorts(
            List<Entry> active, WhenDown whenDown, @Nullable FilterGate gate, List<Entry> retired) {
        this.active = List.copyOf(active);
        this.retired = List.copyOf(retired);
        this.whenDown = whenDown;
        this.gate = gate;
        ports = active.stream().mapToInt(Entry::port).toArray();
        filterPorts = active.stream().mapToInt(Entry::filterPort).toArray();
        retiredPorts = retired.stream().mapToInt(Entry::port).toArray();
        retiredFilterPorts = retired.stream().mapToInt(Entry::filterPort).toArray();
        filterPortBits =
                Stream.concat(active.stream(), retired.stream())
                        .mapToLong(entry -> 1L << entry.filterPort())
                        .reduce(0, (bits, bit) -> bits | bit);
    }

    /**
     * @param gate tells whether the filter answers
     * @throws IllegalArgumentException when a port occurs twice, or as both
     */
    public static FilterPorts of(List<Entry> entries, WhenDown whenDown, FilterGate gate) {
        long different =
                entries.stream()
                        .flatMap(entry -> Stream.of(entry.port(), entry.filterPort()))
                        .distinct()
                        .count();
        if (different != 2L * entries.size()) {
            throw new IllegalArgumentException("a port occurs twice: " + entries);
        }
        return new FilterPorts(entries, whenDown, gate, List.of());
    }

    /**
     * These ports, to come into force after those: what is in those only is kept for the flows that live, the
     * youngest {@link #MAX_RETIRED} of it. No flow begins there.
     */
    public FilterPorts after(FilterPorts running) {
        List<Entry> old = new ArrayList<>();
        Stream.concat(running.active.stream(), running.retired.stream())
                .filter(entry -> !isFilterPort(entry.filterPort()))
                .filter(entry -> old.stream().noneMatch(o -> o.filterPort() == entry.filterPort()))
                .limit(MAX_RETIRED)
                .forEach(old::add);
        return new FilterPorts(active, whenDown, gate, old);
    }

    /** Whether there is anything to ask: lanes skip the rest otherwise. */
    public boolean isInUse() {
        return filterPortBits != 0;
    }

    /** Those where flows begin. */
    public List<Entry> entries() {
        return active;
    }

    /**
     * Finds the way of a flow that a peer begins, or that is not tracked any more: {@code flow} gets the filter's port.
     * A packet in mid-flow goes to the filter as well: of a flow that lived before its port was listed it is the
     * first in many minutes, and of any other the filter has the connection.
     */
    Verdict route(FlowKey flow, LocalNetworks own, long nowNanos) {
        flow.filterPort = 0;
        if (active.isEmpty() || !isForUs(flow, own)) {
            return Verdict.PASS;
        }
        if (isFilterPort(flow.localPort)) {
            return Verdict.DROP_FILTER_PORT;
        }
        int at = indexOf(ports, flow.localPort);
        if (at < 0) {
            return Verdict.PASS;
        }
        if (gate == null || !gate.answers(nowNanos)) {
            return whenDown == WhenDown.OPEN ? Verdict.PASS : Verdict.DROP_FILTER_DOWN;
        }
        flow.filterPort = filterPorts[at];
        return Verdict.PASS;
    }

    /**
     * For a packet of this host that may come from the filter: {@code flow} gets the port that the peer knows, and
     * the filter's. A port of a former configuration may be another socket's by now, so the flow must be tracked.
     */
    public void restore(FlowKey flow, LocalNetworks own, Firewall tracked) {
        if ((filterPortBits >>> flow.localPort & 1) == 0 || !isForUs(flow, own)) {
            return;
        }
        int filterPort = flow.localPort;
        int at = indexOf(filterPorts, filterPort);
        if (at >= 0) {
            flow.localPort = ports[at];
            flow.filterPort = filterPort;
            return;
        }
        int old = indexOf(retiredFilterPorts, filterPort);
        if (old >= 0) {
            flow.localPort = retiredPorts[old];
            if (tracked.filterPortOf(flow) == filterPort) {
                flow.filterPort = filterPort;
            } else {
                flow.localPort = filterPort;
            }
        }
    }

    private static boolean isForUs(FlowKey flow, LocalNetworks own) {
        return flow.protocol == IpPacket.PROTOCOL_TCP
                && !flow.fragment
                && own.isOwnAddress(flow.localHi, flow.localLo);
    }

    private boolean isFilterPort(int port) {
        return indexOf(filterPorts, port) >= 0;
    }

    private static int indexOf(int[] among, int port) {
        for (int i = 0; i < among.length; i++) {
            if (among[i] == port) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return active + (retired.isEmpty() ? "" : " and formerly " + retired);
    }
}
