package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A small internet of network namespaces: every host has a /24 of its own behind one router, or behind a NAT of its own
 * that has it. Names are unique by process and laboratory, so that any number can stand side by side.
 * Everything ends with {@link #close}, at the latest with this JVM.
 */
final class NetLab implements AutoCloseable {

    private static final AtomicInteger NEXT = new AtomicInteger();

    private final String prefix =
            "ast" + ProcessHandle.current().pid() + "-" + NEXT.incrementAndGet();
    private final List<String> namespaces = new ArrayList<>();
    private final List<Host> hosts = new ArrayList<>();
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread atExit = new Thread(this::close, "end of " + prefix);
    private final Path folder;
    private final Host router;

    NetLab() {
        requireRights();
        try {
            folder = Files.createTempDirectory("asterism-it-");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(atExit);
        router = namespace("r", "", 0);
        router.inside(() -> setKernel("ip_forward", "1"));
    }

    static boolean mayBuild() {
        return "root".equals(System.getProperty("user.name"))
                && Files.exists(Path.of("/dev/net/tun"))
                && Shell.find("ip") != null;
    }

    static void requireRights() {
        if (!mayBuild()) {
            String why = "network namespaces need root, /dev/net/tun and ip(8)";
            System.err.println("SKIPPED: " + why);
            Assumptions.abort(why);
        }
    }

    /** Files of this laboratory. */
    Path folder() {
        return folder;
    }

    /** Closed with the laboratory, last first. */
    <T extends AutoCloseable> T own(T resource) {
        synchronized (owned) {
            owned.add(resource);
        }
        return resource;
    }

    Host host(String name, int subnet) {
        Host host = namespace(name, "10.91." + subnet + ".2", subnet);
        cable(host, "u0", router, "r" + subnet, "10.91." + subnet);
        return host;
    }

    /** A host with a private address behind a masquerading router that lets nothing in unasked. */
    Host hostBehindNat(String name, int subnet) {
        return host(name, subnet, NatKind.PORT_RESTRICTED);
    }

    /** A host with a router of that kind of its own, or with two. */
    Host host(String name, int subnet, NatKind nat) {
        if (nat == NatKind.NONE) {
            return host(name, subnet);
        }
        Host outermost = natRouter(name + "-nat", subnet);
        cable(outermost, "wan", router, "r" + subnet, "10.91." + subnet);
        Host nearest = outermost;
        if (nat == NatKind.DOUBLE) {
            nearest = natRouter(name + "-home", subnet);
            cable(nearest, "wan", outermost, "lan", "100.64." + subnet);
            nearest.nft(nat.rules("192.168." + subnet + ".2", "100.64." + subnet + ".2"));
        }
        Host host = namespace(name, outermost.underlay(), subnet);
        cable(host, "u0", nearest, "lan", "192.168." + subnet);
        outermost.nft(nat.rules("192.168." + subnet + ".2", outermost.underlay()));
        return host;
    }

    private Host natRouter(String name, int subnet) {
        if (Shell.find("nft") == null) {
            System.err.println("SKIPPED: a NAT needs nft(8)");
            Assumptions.abort("a NAT needs nft(8)");
        }
        Host nat = namespace(name, "10.91." + subnet + ".2", subnet);
        nat.inside(() -> setKernel("ip_forward", "1"));
        return nat;
    }

    /** A machine behind another one, which forwards for it; in a network that the laboratory does not route. */
    Host hostBehind(Host gateway, String name, String base) {
        gateway.inside(() -> setKernel("ip_forward", "1"));
        Host host = namespace(name, base + ".2", 0);
        cable(host, "u0", gateway, "lan", base);
        return host;
    }

    /** Of the cable between a host and the router. */
    void underlayMtu(Host host, int bytes) {
        host.ip("link set u0 mtu " + bytes + "\n");
        router.ip("link set r" + host.subnet() + " mtu " + bytes + "\n");
    }

    private Host namespace(String name, String underlay, int subnet) {
        Host host = new Host(prefix + name, underlay, subnet);
        synchronized (namespaces) {
            Shell.check("ip", "netns", "add", host.namespace());
            namespaces.add(host.namespace());
            hosts.add(host);
        }
        host.ip("link set lo up\n");
        return host;
    }

    private static boolean setKernel(String key, String value) throws IOException {
        Files.writeString(Path.of("/proc/sys/net/ipv4", key), value);
        return true;
    }

    private static void cable(
            Host inner, String device, Host outer, String outerDevice, String base) {
        inner.ip(
                "link add %s type veth peer name %s netns %s\n"
                        .formatted(device, outerDevice, outer.namespace()));
        outer.ip(
                "addr add %s.1/24 dev %s\nlink set %s up\n"
                        .formatted(base, outerDevice, outerDevice));
        inner.ip(
                "addr add %s.2/24 dev %s\nlink set %s up\nroute add default via %s.1\n"
                        .formatted(base, device, device, base));
    }

    /** Packets that the kernel threw away in any namespace of this laboratory, routers included. */
    long kernelDrops() {
        return hosts.stream().mapToLong(Host::kernelDrops).sum();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        synchronized (owned) {
            for (AutoCloseable resource : owned.reversed()) {
                closeQuietly(resource);
            }
        }
        namespaces.forEach(name -> Shell.run(List.of("ip", "netns", "del", name)));
        if (System.getenv("ASTERISM_IT_KEEP") == null) {
            delete(folder);
        }
        if (!Thread.currentThread().equals(atExit)) {
            try {
                Runtime.getRuntime().removeShutdownHook(atExit);
            } catch (IllegalStateException e) {
                System.err.println("closed while the JVM ends");
            }
        }
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            System.err.println("closing the laboratory: " + e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("left behind: " + folder + ": " + e);
        }
    }
}
