import dev.asterism.overlay.curve.CurveChoice;
import dev.asterism.tun.curve.CurveProviders;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Thousands of hosts against one real lighthouse, on the loopback network. A host is the engine's
 * node with its discovery and a UDP socket of its own; all are driven by this program's one thread
 * and share the memory of their batches, as each uses them during its turn only. Arguments: hosts,
 * rounds, the root of the source tree, then NAME=COMMAND for each lighthouse, where {CONFIG} stands
 * for its configuration file.
 */
final class Swarm {

    private static final long SECOND = 1_000_000_000L;
    private static final double PARTS = 0.99;

    private final SwarmMesh mesh;
    private final Path root;

    private Swarm(int hosts, Path root) throws Exception {
        mesh = SwarmMesh.make(hosts);
        this.root = root;
    }

    static void main(String[] arguments) throws Exception {
        // As the agent does: thousands of hosts in one thread must not be what is measured.
        CurveChoice.choose(CurveProviders.ofThisMachine());
        Swarm swarm = new Swarm(Integer.parseInt(arguments[0]), Path.of(arguments[2]));
        int rounds = Integer.parseInt(arguments[1]);
        Map<String, String> products = new LinkedHashMap<>();
        for (String product : Arrays.asList(arguments).subList(3, arguments.length)) {
            String[] parts = product.split("=", 2);
            products.put(parts[0], parts[1]);
        }
        SwarmReport report = new SwarmReport(swarm.mesh.hosts(), rounds, List.copyOf(products.keySet()));
        System.out.println(SwarmResult.heading());
        int status = 0;
        try {
            for (int round = 0; round < rounds; round++) {
                List<String> names = new ArrayList<>(products.keySet());
                if (round % 2 == 1) {
                    names = names.reversed();
                }
                for (String name : names) {
                    SwarmResult result = swarm.measure(name, products.get(name));
                    System.out.println(result);
                    report.add(result);
                }
            }
            System.out.print(report.bars());
            System.out.println("written: " + report.write(swarm.root));
        } catch (IllegalStateException e) {
            System.err.println(e.getMessage());
            status = 1;
        } finally {
            swarm.mesh.clean();
        }
        Runtime.getRuntime().halt(status);
    }

    private SwarmResult measure(String name, String command) throws Exception {
        int count = mesh.hosts();
        int port = freePort();
        LighthouseProcess lighthouse = new LighthouseProcess(mesh, command, port);
        long opened = System.nanoTime();
        try (SwarmHosts hosts = new SwarmHosts(mesh, port)) {
            hosts.runFor(SECOND);
            long idle = lighthouse.rssKib();
            long cpu = lighthouse.cpuMillis();
            long began = System.nanoTime();
            hosts.startAll();
            hosts.runUntil(() -> hosts.connected() >= count * PARTS, 60 + count / 50, name + ": registration");
            double seconds = secondsSince(began);
            hosts.runFor(2 * SECOND);
            long used = lighthouse.cpuMillis() - cpu;
            long rss = lighthouse.rssKib();
            long peak = lighthouse.peakRssKib();
            long first = hosts.answered();
            long in = hosts.connected();
            double[] latency = query(hosts, port);

            lighthouse.kill();
            hosts.forgetTunnels();
            lighthouse.start();
            cpu = lighthouse.cpuMillis();
            long before = hosts.answered();
            began = System.nanoTime();
            hosts.runUntil(() -> hosts.connected() >= count * PARTS, 300, name + ": restart");
            double again = secondsSince(began);
            used += lighthouse.cpuMillis() - cpu;
            long anew = hosts.answered() - before;
            in += hosts.connected();
            return new SwarmResult(
                    name,
                    count * PARTS / seconds,
                    anew / again,
                    (double) used / (first + anew),
                    (double) used / in,
                    rss / 1024.0,
                    peak / 1024.0,
                    (double) (rss - idle) / count,
                    again,
                    100.0 * hosts.stoodStillNanos() / (System.nanoTime() - opened),
                    latency[latency.length / 2],
                    latency[latency.length * 99 / 100]);
        } finally {
            lighthouse.kill();
        }
    }

    /** Asked by hosts of another process, while these do what hosts do. */
    private double[] query(SwarmHosts hosts, int port) throws Exception {
        int questions = Math.min(5_000, 5 * mesh.hosts());
        try (AskerProcess asker =
                new AskerProcess(root, mesh, port, questions, hosts.numbersOfConnected())) {
            // Even if each of them waits for its second.
            hosts.runUntil(asker::hasEnded, 60 + 2 * questions, "queries");
            return asker.latencies();
        }
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
