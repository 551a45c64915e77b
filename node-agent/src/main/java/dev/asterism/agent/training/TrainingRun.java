package dev.asterism.agent.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.asterism.agent.app.Agent;
import dev.asterism.agent.app.AgentAssembly;
import dev.asterism.agent.app.RunningNode;
import dev.asterism.agent.client.ControlCommands;
import dev.asterism.agent.client.Screen;
import dev.asterism.agent.config.LoadedNode;
import dev.asterism.agent.config.NodeLoader;
import dev.asterism.agent.log.EventLogger;
import dev.asterism.agent.log.LogSetup;
import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Ed25519PrivateKey;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.text.ProductVersion;
import dev.asterism.tun.aead.CipherProviders;
import dev.asterism.tun.device.LinuxTun;
import dev.asterism.tun.device.LinuxTunPort;
import dev.asterism.tun.libc.LinuxLibc;
import dev.asterism.tun.netlink.HostNetwork;
import dev.asterism.tun.netlink.RouteNetlink;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Two nodes on the loopback interface, without devices, that find each other and fill the tunnel
 * between them: what a start of the agent loads is loaded here, and what traffic makes hot becomes
 * hot, so that the build can keep both in a cache. Also a check that the program works on this
 * machine. Needs no rights; certificates live for a minute and are thrown away.
 */
public final class TrainingRun {

    private static final long PATIENCE_NANOS = 10_000_000_000L;

    /** Of 50 segments each, per direction and act: enough for the compilers to have seen every branch often. */
    private static final int SUPER_PACKETS = 600;

    private static final String LIGHTHOUSE = "10.255.255.1";
    private static final String MEMBER = "10.255.255.2";

    private final RandomSource random = new SecureRandom()::nextBytes;
    private final Path folder;
    private boolean extensions;

    private record TrainingNode(RunningNode node, LoadGeneratorTun tun) {}

    private TrainingRun(Path folder) {
        this.folder = folder;
    }

    /**
     * Returns the exit code.
     *
     * @param filter whether the agent also runs the L7 filter, and carries requests
     */
    public static int run(boolean filter) {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("asterism-training");
            TrainingRun run = new TrainingRun(folder);
            return run.train(filter) ? Agent.OK : Agent.FAILED;
        } catch (IOException | CertificateException e) {
            System.err.println("training run failed: " + e.getMessage());
            return Agent.FAILED;
        } finally {
            delete(folder);
        }
    }

    private boolean train(boolean filter) throws IOException, CertificateException {
        Ed25519PrivateKey caKey = Ed25519PrivateKey.generate(random);
        Certificate ca = Signer.selfSigned(subject("training", 120), caKey);
        Signer signer = new Signer(ca, caKey);
        boolean met = trainPair(ca, signer, false) && trainPair(ca, signer, true);
        Path config = folder.resolve(LIGHTHOUSE + ".yml");
        boolean ran = filter ? playFilter(config) : playAgent(config, () -> true);
        tryCiphers();
        askNetlink();
        // Never opened here, but needed at once by a real start.
        boolean known =
                LinuxTun.class.getName().length() + LinuxTunPort.class.getName().length() > 0;
        return met && ran && known;
    }

    private static boolean playFilter(Path config) throws IOException {
        try (FilterTraffic traffic = new FilterTraffic()) {
            Files.writeString(config, traffic.section(), StandardOpenOption.APPEND);
            return playAgent(config, traffic::play);
        }
    }

    /**
     * The whole program, from its files to its end.
     *
     * @param requests asked for while it runs; whether that went well
     */
    private static boolean playAgent(Path config, BooleanSupplier requests) {
        Agent agent = new Agent(config, Strictness.REFUSE, System.err);
        Path socket = config.resolveSibling("control.sock");
        AtomicBoolean well = new AtomicBoolean();
        Thread client =
                Thread.ofPlatform().start(() -> well.set(askAgent(socket, agent, requests)));
        try {
            boolean ran = agent.run() == Agent.OK;
            client.join();
            return ran && well.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            client.interrupt();
        }
    }

    /** What the verbs of the command line load is loaded here, too. */
    private static boolean askAgent(Path socket, Agent agent, BooleanSupplier requests) {
        ControlCommands client =
                new ControlCommands(
                        new PrintStream(OutputStream.nullOutputStream(), false, UTF_8),
                        System.err,
                        new Screen(false, false, Screen.USUAL_WIDTH),
                        ProductVersion.get());
        if (within(() -> Files.exists(socket))) {
            String path = socket.toString();
            client.run("status", "--socket", path);
            client.run("peers", "--socket", path);
            client.run("routes", "--socket", path, "--json");
            client.run("drops", "--socket", path);
            client.run("lighthouse", "--socket", path);
            client.run("why", "self", MEMBER + ":80", "--socket", path);
        }
        // The socket is there before the filter listens.
        boolean well = within(requests);
        agent.stop();
        return well;
    }

    private static void askNetlink() {
        try (RouteNetlink netlink = new RouteNetlink(new LinuxLibc())) {
            netlink.linkIndex("lo");
        }
        try (HostNetwork network = new HostNetwork(new LinuxLibc())) {
            network.routes(_ -> true);
        }
    }

    /** One act: two nodes meet, and each fills the tunnel towards the other. */
    private boolean trainPair(Certificate ca, Signer signer, boolean wireExtensions)
            throws IOException, CertificateException {
        extensions = wireExtensions;
        TrainingNode lighthouse =
                start(config(ca, signer, LIGHTHOUSE, "am_lighthouse: true", 0, 0));
        int port = lighthouse.node().listens().port();
        TrainingNode member =
                start(config(ca, signer, MEMBER, "hosts: ['" + LIGHTHOUSE + "']", 0, port));
        try {
            return meet(member.node()) && fill(member, lighthouse);
        } finally {
            stop(member.node());
            stop(lighthouse.node());
        }
    }

    /** Datagrams may be lost on the way, as the receiver is slow at first: some must have come, and all been sent. */
    private static boolean fill(TrainingNode member, TrainingNode lighthouse) {
        Ip first = Ip.of(MEMBER);
        Ip second = Ip.of(LIGHTHOUSE);
        member.tun().give(first, second, SUPER_PACKETS);
        lighthouse.tun().give(second, first, SUPER_PACKETS);
        return within(
                () ->
                        member.tun().isDone()
                                && lighthouse.tun().isDone()
                                && member.tun().taken() > 0
                                && lighthouse.tun().taken() > 0);
    }

    private static Subject subject(String name, long seconds, String... networks) {
        long now = Instant.now().getEpochSecond();
        return new Subject(
                name,
                Stream.of(networks).map(Cidr::of).toList(),
                List.of(),
                List.of(),
                now - seconds,
                now + seconds);
    }

    private LoadedNode.Loaded config(
            Certificate ca,
            Signer signer,
            String address,
            String role,
            int port,
            int lighthousePort)
            throws IOException, CertificateException {
        KeyPair key = Dh.x25519().generate(random);
        Certificate host = signer.signHost(subject(address, 60, address + "/24"), key.publicKey());
        Path ca1 = Files.writeString(folder.resolve("ca.crt"), CertificatePem.encode(ca));
        Path crt = Files.writeString(folder.resolve(address + ".crt"), CertificatePem.encode(host));
        Path pem = Files.writeString(folder.resolve(address + ".key"), KeyPem.encodePrivate(key));
        Path file = folder.resolve(address + ".yml");
        boolean lighthouse = lighthousePort == 0;
        Files.writeString(
                file,
                """
                pki: {ca: %s, cert: %s, key: %s}
                static_host_map: {%s}
                lighthouse: {%s, interval: 1}
                listen: {host: 127.0.0.1, port: %d}
                punchy: {punch: true}
                tun: {disabled: true}
                logging: {level: info}
                firewall:
                  outbound: [{port: any, proto: any, host: any}]
                  inbound: [{port: any, proto: icmp, host: any}, {port: 1-2, proto: tcp, groups: [a, b]}, {port: %d, proto: any, host: any}]
                asterism: {wire_extensions: %s, control: {path: %s}}
                """
                        .formatted(
                                ca1,
                                crt,
                                pem,
                                lighthouse
                                        ? ""
                                        : "'"
                                                + LIGHTHOUSE
                                                + "': ['127.0.0.1:"
                                                + lighthousePort
                                                + "']",
                                role,
                                lighthouse ? freePort() : port,
                                LoadGeneratorTun.PORT,
                                extensions,
                                folder.resolve("control.sock")));
        if (NodeLoader.load(file, Strictness.REFUSE, Instant.now())
                instanceof LoadedNode.Loaded loaded) {
            return loaded;
        }
        throw new IOException("the training run's own configuration was refused");
    }

    private static int freePort() throws IOException {
        try (java.net.DatagramSocket probe = new java.net.DatagramSocket(0)) {
            return probe.getLocalPort();
        }
    }

    private static TrainingNode start(LoadedNode.Loaded inputs) {
        LogSetup.apply(inputs.snapshot().config().logging());
        AtomicReference<LoadGeneratorTun> tun = new AtomicReference<>();
        RunningNode node =
                new AgentAssembly(
                                new LinuxLibc(),
                                new EventLogger(),
                                (_, cause) -> cause.printStackTrace(),
                                wake -> {
                                    tun.set(new LoadGeneratorTun(wake));
                                    return tun.get();
                                })
                        .assemble(inputs);
        node.loops().start();
        return new TrainingNode(node, tun.get());
    }

    /** Sends an echo request and waits until something has come back through the tunnel. */
    private static boolean meet(RunningNode member) {
        Bytes ping = Bytes.ofHex("4500001c000000004001000a0affff020affff010800f7ff00000000");
        member.node().commands().offer(new ControlCommand.StartHandshake(Ip.of(LIGHTHOUSE), ping));
        return within(
                () ->
                        member.node().stats().count(Direction.INBOUND, PacketOutcome.DELIVERED) > 0
                                || member.node().tunnels().byOverlay(0, Ip.of(LIGHTHOUSE).lo())
                                        != null);
    }

    /** Another configuration may name another provider or cipher than these nodes have. */
    private static void tryCiphers() {
        CipherProviders providers = CipherProviders.ofThisMachine();
        for (AeadCipher cipher : AeadCipher.values()) {
            for (CipherProviders.Preference wanted : CipherProviders.Preference.values()) {
                providers.choose(wanted, cipher);
            }
        }
    }

    private static boolean within(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < end) {
            if (condition.getAsBoolean()) {
                return true;
            }
            LockSupport.parkNanos(10_000_000L);
        }
        return false;
    }

    private static void stop(RunningNode node) {
        node.loops().close();
    }

    private static void delete(@org.jspecify.annotations.Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(TrainingRun::deleteOne);
        } catch (IOException e) {
            System.err.println("could not clean up " + folder + ": " + e.getMessage());
        }
    }

    private static void deleteOne(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            System.err.println("could not delete " + path + ": " + e.getMessage());
        }
    }
}
