package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node of a mesh: a product with its configuration on a host of the laboratory. */
final class NamespaceNode {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final NetLab lab;
    private final Host host;
    private final Product product;
    private final String overlay;
    private final NodeConfig config;
    private final Path folder;
    private boolean usesDevice = true;
    private Map<String, String> environment = Map.of();
    private int starts;
    private @Nullable Daemon daemon;

    NamespaceNode(NetLab lab, Host host, Product product, String overlay, NodeConfig config) {
        this.lab = lab;
        this.host = host;
        this.product = product;
        this.overlay = overlay;
        this.config = config;
        folder = lab.folder().resolve(host.namespace());
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Host host() {
        return host;
    }

    Product product() {
        return product;
    }

    /** Its overlay address, or the one that is meant of several. */
    String overlay() {
        return overlay;
    }

    boolean isIpv6() {
        return overlay.indexOf(':') >= 0;
    }

    /** The same node by another of its overlay addresses, for what goes through the overlay; it runs already. */
    NamespaceNode by(String other) {
        return new NamespaceNode(lab, host, product, other, config);
    }

    NodeConfig config() {
        return config;
    }

    Path configFile() {
        return folder.resolve("config.yml");
    }

    void runsWithoutDevice() {
        usesDevice = false;
    }

    /** What {@link #start()} adds to the environment of the process. */
    void runsWith(Map<String, String> more) {
        environment = Map.copyOf(more);
    }

    /** Starts the process; {@link #awaitReady} tells when it has come up. */
    void start() {
        start(environment);
    }

    void start(Map<String, String> environment) {
        config.writeTo(configFile());
        starts++;
        daemon =
                lab.own(
                        Daemon.start(
                                host.commandLine(product.startCommand(configFile())),
                                withOwnSockets(environment),
                                folder.resolve("log-" + starts + ".txt")));
    }

    /** Namespaces share /run, where agents of the same device's name would contend for one control socket. */
    private Map<String, String> withOwnSockets(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("RUNTIME_DIRECTORY", folder.toString());
        return all;
    }

    void awaitReady() {
        Waits.until(
                product.label() + " is up",
                PATIENCE,
                () -> !daemon().isAlive() || isReady(),
                () -> daemon().log());
        if (!daemon().isAlive()) {
            throw new AssertionError(product.label() + " ended: " + daemon().log());
        }
    }

    private boolean isReady() {
        return daemon().log().contains(product.readyMark())
                && (!usesDevice || host.hasRouteOver("neb0"));
    }

    Daemon daemon() {
        if (daemon == null) {
            throw new IllegalStateException("not started");
        }
        return daemon;
    }

    void kill() {
        daemon().kill();
    }

    /** Writes the configuration as it stands now and asks for a reload. */
    void reload() {
        reload(config.render());
    }

    void reload(String text) {
        NodeConfig.write(configFile(), text);
        daemon().signal("HUP");
    }
}
