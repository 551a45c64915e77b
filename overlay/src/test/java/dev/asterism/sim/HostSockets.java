package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The UDP ports of a host. */
final class HostSockets {

    private final Map<Integer, List<SimUdp>> byPort = new TreeMap<>();

    SimUdp open(SimHost host, int port) {
        SimUdp socket = new SimUdp(host, port);
        byPort.computeIfAbsent(port, p -> new ArrayList<>()).add(socket);
        return socket;
    }

    void closed(SimUdp socket) {
        byPort.values().forEach(sockets -> sockets.remove(socket));
    }

    void closeAll() {
        List.copyOf(byPort.values())
                .forEach(sockets -> List.copyOf(sockets).forEach(SimUdp::close));
    }

    /** Empty when a socket took it, else the reason why not. */
    String refusal(int port, UnderlayAddr from, Bytes content) {
        List<SimUdp> sockets = byPort.getOrDefault(port, List.of());
        if (sockets.isEmpty()) {
            return "port closed";
        }
        SimUdp chosen = sockets.get(Math.floorMod(from.hashCode(), sockets.size()));
        return chosen.offer(from, content) ? "" : "receive buffer full";
    }
}
