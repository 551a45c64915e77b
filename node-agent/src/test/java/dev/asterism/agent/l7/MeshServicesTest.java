package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.agent.metrics.LiveNode;
import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.lighthouse.services.ServicesView;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.overlay.node.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MeshServicesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path folder;

    /** The word that it leaves may not have found its way to the control plane. */
    @Test
    void whatCouldNotBeSaidForLackOfRoomIsSaidBeforeItCountsAsTaken() throws Exception {
        try (LiveNode live = new LiveNode(folder, "{type: none}")) {
            Node node = live.metered().node();
            MeshServices services = new MeshServices(node, live.metered().discovery());
            services.apply(
                    Objects.requireNonNull(
                            ConfigFiles.filterOf(
                                            "l7: {enabled: true, serve: {shop: {port: 8080,"
                                                    + " to: '127.0.0.1:3000', advertise: true}}}")
                                    .value()
                                    .config()));
            services.health("shop", true, "");
            assertThat(view(node, services).own()).hasSize(1);

            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch full = new CountDownLatch(1);
            ControlCommand hold =
                    new ControlCommand.Call(
                            _ -> {
                                begun.countDown();
                                await(full);
                            });
            assertThat(node.commands().offer(hold)).isTrue();
            begun.await(); // else there would be room once more when it begins
            while (node.commands().offer(new ControlCommand.Call(_ -> {}))) {
                // until there is no room
            }
            services.withdraw();
            full.countDown();
            Boolean taken = null;
            while (taken == null) {
                taken = ControlPlaneCall.ask(node, PATIENCE, services::isTakenByAll);
            }

            assertThat(taken).isTrue();
            ServicesView after =
                    ControlPlaneCall.ask(
                            node,
                            PATIENCE,
                            now -> live.metered().discovery().services(now).view(now));
            assertThat(Objects.requireNonNull(after).own()).isEmpty();
        }
    }

    private static ServicesView view(Node node, MeshServices services) {
        return Objects.requireNonNull(ControlPlaneCall.ask(node, PATIENCE, services::exchange));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
