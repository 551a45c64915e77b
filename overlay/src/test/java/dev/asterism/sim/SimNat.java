package dev.asterism.sim;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A NAT for IPv4 between a realm outside and one inside. Every mapping has an outside port of its own. */
public final class SimNat implements Station {

    private static final UnderlayAddr ANYWHERE = new UnderlayAddr(new Ip(0, 0), 0);
    private static final int LOWEST_PORT = 1024;
    private static final int PORTS = 65536 - LOWEST_PORT;

    /** What a mapping is found by: the inside endpoint and as much of the far one as it depends on. */
    private record MappingKey(UnderlayAddr inside, UnderlayAddr far) {}

    /** The far endpoints that were written to, each with the time of the last packet. */
    private record Mapping(MappingKey key, int port, Map<UnderlayAddr, Long> permissions) {}

    private final String name;
    private final NatBehaviour behaviour;
    private final SimRandom random;
    private final Realm outside;
    private final Realm inside;
    private final Map<MappingKey, Mapping> mappings = new LinkedHashMap<>();
    private Ip address;
    private int nextPort;

    SimNat(String name, NatBehaviour behaviour, Realm outside, Ip firstInside, SimRandom random) {
        this.name = name;
        this.behaviour = behaviour;
        this.random = random;
        this.outside = outside;
        this.inside = new Realm(this, firstInside);
        address = outside.freeIpv4();
        nextPort = LOWEST_PORT + random.nextInt(PORTS);
        outside.claim(address, this);
    }

    @Override
    public String name() {
        return name;
    }

    public NatBehaviour behaviour() {
        return behaviour;
    }

    /** The outside address. */
    public Ip address() {
        return address;
    }

    Realm outside() {
        return outside;
    }

    Realm inside() {
        return inside;
    }

    /** Loses all state, as by a reboot; with random or sequential ports the next mappings get others. */
    public void forget() {
        mappings.clear();
    }

    /** Gets another outside address and, as real ones do, loses all state. */
    public void readdress(String to) {
        outside.release(address);
        address = Ip.of(to);
        outside.claim(address, this);
        forget();
    }

    /** Live mappings; for tests. */
    public int mappings(long nowNanos) {
        dropExpired(nowNanos);
        return mappings.size();
    }

    /** Translates the source of a packet on its way out; null when no port is free. */
    @Nullable UnderlayAddr outbound(UnderlayAddr from, UnderlayAddr to, long nowNanos) {
        dropExpired(nowNanos);
        MappingKey key = new MappingKey(from, reduced(to, behaviour.mapping()));
        Mapping mapping = mappings.get(key);
        if (mapping == null) {
            int port = choosePort(from.port());
            if (port < 0) {
                return null;
            }
            mapping = new Mapping(key, port, new LinkedHashMap<>());
            mappings.put(key, mapping);
        }
        mapping.permissions.put(to, nowNanos);
        return new UnderlayAddr(address, mapping.port);
    }

    /** Translates the destination of a packet on its way in; null when it is filtered. */
    @Nullable UnderlayAddr inbound(UnderlayAddr from, UnderlayAddr to, long nowNanos) {
        dropExpired(nowNanos);
        Mapping mapping = onPort(to.port());
        return mapping != null && admits(mapping, from) ? mapping.key.inside : null;
    }

    /** Whose mapping a port is, filter or not; for the choice of a link only. */
    @Nullable UnderlayAddr insideOf(int port) {
        Mapping mapping = onPort(port);
        return mapping == null ? null : mapping.key.inside;
    }

    private boolean admits(Mapping mapping, UnderlayAddr from) {
        UnderlayAddr wanted = reduced(from, behaviour.filtering());
        return mapping.permissions.keySet().stream()
                .anyMatch(far -> reduced(far, behaviour.filtering()).equals(wanted));
    }

    private static UnderlayAddr reduced(UnderlayAddr far, NatBehaviour.Dependence dependence) {
        return switch (dependence) {
            case ENDPOINT_INDEPENDENT -> ANYWHERE;
            case ADDRESS_DEPENDENT -> new UnderlayAddr(far.ip(), 0);
            case ADDRESS_AND_PORT_DEPENDENT -> far;
        };
    }

    private void dropExpired(long nowNanos) {
        long oldest = nowNanos - behaviour.expiry().toNanos();
        for (Iterator<Mapping> each = mappings.values().iterator(); each.hasNext(); ) {
            Mapping mapping = each.next();
            mapping.permissions.values().removeIf(lastOut -> lastOut < oldest);
            if (mapping.permissions.isEmpty()) {
                each.remove();
            }
        }
    }

    private @Nullable Mapping onPort(int port) {
        for (Mapping mapping : mappings.values()) {
            if (mapping.port == port) {
                return mapping;
            }
        }
        return null;
    }

    private int choosePort(int insidePort) {
        int candidate =
                switch (behaviour.ports()) {
                    case PRESERVED -> insidePort;
                    case SEQUENTIAL -> nextPort++;
                    case RANDOM -> random.nextInt(PORTS);
                };
        for (int tries = 0; tries < PORTS; tries++) {
            int port = LOWEST_PORT + Math.floorMod(candidate - LOWEST_PORT + tries, PORTS);
            if (onPort(port) == null) {
                return port;
            }
        }
        return -1;
    }
}
