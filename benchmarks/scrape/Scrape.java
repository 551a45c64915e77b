import dev.asterism.agent.app.AgentAssembly;
import dev.asterism.agent.app.RunningNode;
import dev.asterism.agent.config.LoadedNode;
import dev.asterism.agent.config.NodeLoader;
import dev.asterism.agent.metrics.MeteredNode;
import dev.asterism.agent.metrics.StatsService;
import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.aead.JcaAead;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Ed25519PrivateKey;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.cert.Verification;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.path.CandidateFilter;
import dev.asterism.overlay.path.RemoteList;
import dev.asterism.overlay.tunnel.HandshakeRecord;
import dev.asterism.overlay.tunnel.ReplayWindow;
import dev.asterism.overlay.tunnel.Session;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.tun.libc.LinuxLibc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * How long a scrape takes of a node with so many tunnels, over HTTP, connection and all. The node
 * is the agent's own, without a device; its tunnels are put into its table. Prints one line.
 * Arguments: tunnels, scrapes.
 */
final class Scrape {

    private static final Cidr OWN = Cidr.of("10.42.0.1/16");
    private static final double BAR_MS = 50;

    private final RandomSource random = new Random(1)::nextBytes;
    private final Ed25519PrivateKey caKey = Ed25519PrivateKey.generate(random);
    private final Signer signer;

    private Scrape() throws Exception {
        signer = new Signer(Signer.selfSigned(claims("ca", List.of(), 366), caKey), caKey);
    }

    static void main(String[] arguments) throws Exception {
        int tunnels = Integer.parseInt(arguments[0]);
        int scrapes = Integer.parseInt(arguments[1]);
        boolean met = new Scrape().run(tunnels, scrapes);
        Runtime.getRuntime().halt(met ? 0 : 1);
    }

    private static Subject claims(String name, List<Cidr> networks, long days) {
        long now = Instant.now().getEpochSecond();
        return new Subject(name, networks, List.of(), List.of("a", "b"), now - 60, now + days * 86_400);
    }

    private boolean run(int tunnels, int scrapes) throws Exception {
        int port = freePort();
        RunningNode running = start(port);
        fill(running, tunnels);
        double[] millis = new double[scrapes];
        int bytes = 0;
        for (int i = 0; i < scrapes; i++) {
            long began = System.nanoTime();
            bytes = scrape(port).length();
            millis[i] = (System.nanoTime() - began) / 1e6;
        }
        double first = millis[0];
        Arrays.sort(millis);
        String seen = scrape(port);
        if (!seen.contains("asterism_tunnels{state=\"primary\"} " + tunnels + ".0\n")) {
            throw new IllegalStateException("the node does not have its tunnels:\n" + seen);
        }
        System.out.printf(
                "%d tunnels, %d scrapes of %d bytes: first %.1f ms, median %.2f, 99th of 100 %.1f, longest %.1f%n",
                tunnels,
                scrapes,
                bytes,
                first,
                millis[scrapes / 2],
                millis[scrapes * 99 / 100],
                millis[scrapes - 1]);
        boolean met = millis[scrapes * 99 / 100] <= BAR_MS;
        System.out.printf("%-8s at most %.0f ms, 99 of 100 scrapes%n", met ? "met" : "MISSED", BAR_MS);
        return met;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private RunningNode start(int port) throws Exception {
        Path folder = Files.createTempDirectory("asterism-scrape-");
        KeyPair key = Dh.x25519().generate(random);
        Certificate host = signer.signHost(claims("node", List.of(OWN), 300), key.publicKey());
        write(folder.resolve("ca.crt"), CertificatePem.encode(signer.ca()));
        write(folder.resolve("node.crt"), CertificatePem.encode(host));
        write(folder.resolve("node.key"), KeyPem.encodePrivate(key));
        Path config = folder.resolve("config.yml");
        write(
                config,
                """
                pki: {ca: %1$s/ca.crt, cert: %1$s/node.crt, key: %1$s/node.key}
                listen: {host: 127.0.0.1, port: 0}
                tun: {disabled: true}
                stats: {type: prometheus, listen: '127.0.0.1:%2$d', path: /metrics, interval: 10s,
                  message_metrics: true, lighthouse_metrics: true}
                """
                        .formatted(folder, port));
        LoadedNode loaded = NodeLoader.load(config, Strictness.REFUSE, Instant.now());
        for (String name : List.of("ca.crt", "node.crt", "node.key", "config.yml", "")) {
            Files.delete(folder.resolve(name));
        }
        if (!(loaded instanceof LoadedNode.Loaded good)) {
            throw new IllegalStateException(loaded.toString());
        }
        RunningNode running =
                new AgentAssembly(
                                new LinuxLibc(),
                                _ -> {},
                                (name, cause) -> {
                                    throw new IllegalStateException(name, cause);
                                })
                        .assemble(good);
        running.loops().start();
        new StatsService(
                        new MeteredNode(running.node(), running.discovery(), running.sockets(), "benchmark", List::of),
                        good.snapshot().config().stats())
                .start();
        return running;
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private void fill(RunningNode running, int count) throws Exception {
        AeadKey key = JcaAead.aesGcm().key(new byte[AeadProvider.KEY_BYTES]);
        List<Tunnel> tunnels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Cidr network = Cidr.of("10.42.%d.%d/16".formatted(1 + i / 250, 1 + i % 250));
            Certificate peer =
                    signer.signHost(claims("peer" + i, List.of(network), 300), Bytes.ofHex("09".repeat(32)));
            tunnels.add(
                    new Tunnel(
                            new Session(i + 1, ~i, key, key, new ReplayWindow(ReplayWindow.DEFAULT_LENGTH)),
                            verified(peer),
                            new HandshakeRecord(true, Bytes.EMPTY, Bytes.EMPTY, 1, peer),
                            new RemoteList(List.of(network.address()), () -> CandidateFilter.OPEN),
                            dev.asterism.overlay.path.Path.to(UnderlayAddr.of("198.51.100.7:4242"))));
        }
        ControlPlaneCall.run(
                running.node(),
                _ -> tunnels.forEach(tunnel -> running.node().tunnels().add(tunnel, TunnelTable.TunnelRank.PRIMARY)));
    }

    private VerifiedCertificate verified(Certificate peer) throws Exception {
        CaPool cas = CaPool.read(CertificatePem.encode(signer.ca()), Blocklist.parse(List.of()).blocklist(), Instant.now()).pool();
        if (!(cas.verify(peer, Instant.now()) instanceof Verification.Accepted accepted)) {
            throw new IllegalStateException(peer.name());
        }
        return accepted.certificate();
    }

    private static String scrape(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write("GET /metrics HTTP/1.0\r\nHost: node\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.startsWith("HTTP/1.1 200") && !answer.startsWith("HTTP/1.0 200")) {
                throw new IllegalStateException(answer);
            }
            return answer;
        }
    }
}
