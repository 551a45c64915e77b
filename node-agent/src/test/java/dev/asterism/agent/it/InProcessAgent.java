package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.app.AgentAssembly;
import dev.asterism.agent.app.RunningNode;
import dev.asterism.agent.config.LoadedNode;
import dev.asterism.agent.config.NodeLoader;
import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.lighthouse.Discovery;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.node.Node;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.tun.libc.LinuxLibc;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;

/**
 * The packet paths of an agent in this JVM, on a host of a laboratory: its threads live in that namespace, as threads
 * inherit it from the one that starts them. For tests that need the engine in their hands.
 */
final class InProcessAgent implements AutoCloseable {

    private final RunningNode running;
    private final Host host;

    private InProcessAgent(Host host, RunningNode running) {
        this.host = host;
        this.running = running;
    }

    static InProcessAgent start(NetLab lab, Host host, NodeConfig config) {
        Path file = lab.folder().resolve(host.namespace() + ".yml");
        config.writeTo(file);
        return lab.own(
                host.inside(
                        () -> {
                            LoadedNode loaded =
                                    NodeLoader.load(file, Strictness.REFUSE, Instant.now());
                            if (!(loaded instanceof LoadedNode.Loaded inputs)) {
                                throw new AssertionError(loaded + "\n" + Files.readString(file));
                            }
                            RunningNode running =
                                    new AgentAssembly(
                                                    new LinuxLibc(),
                                                    _ -> {},
                                                    (_, cause) -> cause.printStackTrace())
                                            .assemble(inputs);
                            running.loops().start();
                            return new InProcessAgent(host, running);
                        }));
    }

    Node node() {
        return running.node();
    }

    /**
     * Sends a lighthouse message to a peer with a tunnel, whatever it is and whether or not the peer has said that it
     * knows of such messages.
     */
    void say(Ip peer, byte[] payload) {
        boolean done =
                ControlPlaneCall.run(
                        running.node(),
                        now -> link().send(peer, MessageType.LIGHTHOUSE, 0, payload, now));
        assertThat(done).isTrue();
    }

    /** Nobody but discovery has it. */
    private ControlLink link() {
        try {
            Field link = Discovery.class.getDeclaredField("link");
            link.setAccessible(true);
            return (ControlLink) Objects.requireNonNull(link.get(running.discovery()));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    Discovery discovery() {
        return running.discovery();
    }

    Host host() {
        return host;
    }

    @Override
    public void close() {
        running.loops().close();
    }
}
