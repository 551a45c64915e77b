package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.agent.metrics.LiveNode;
import dev.asterism.agent.service.ServiceFailure;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.telemetry.LoopFailures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A filter that cannot start leaves nothing behind. */
@Timeout(60)
class RunningFilterTest {

    private static final LoopOwner NOBODY = new LoopOwner(new LoopFailures(), _ -> {});

    @TempDir Path folder;

    private static FilterConfig config(String yaml) {
        return Objects.requireNonNull(ConfigFiles.filterOf(yaml).value().config());
    }

    /** Names of the filter's threads that live; those of other tests in this JVM are no more by then. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("l7-"))
                .sorted()
                .toList();
    }

    private static void awaitNoThread() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("l7-")) {
                thread.join(10_000);
            }
        }
        assertThat(threads()).isEmpty();
    }

    @Test
    void whatHasStartedEndsWhenTheRestCannot() throws Exception {
        try (LiveNode node = new LiveNode(folder, "{type: none}")) {
            FilterPlace place =
                    new FilterPlace(node.metered().node(), node.metered().discovery(), null);
            // The last part: loops, pools and peers are there by then.
            FilterConfig broken = config("l7: {enabled: true, log: {access: \"a\\0b\"}}");

            assertThatThrownBy(() -> RunningFilter.start(broken, place, false, NOBODY))
                    .isInstanceOf(ServiceFailure.class)
                    .hasMessageContaining("section l7");
            awaitNoThread();
        }
    }

    @Test
    void aListenerThatCannotBeHadEndsAll() throws Exception {
        try (LiveNode node = new LiveNode(folder, "{type: none}");
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            FilterPlace place =
                    new FilterPlace(node.metered().node(), node.metered().discovery(), null);
            int port = free();
            FilterConfig config =
                    config(
                            "l7: {enabled: true, listen: ['127.0.0.1:%d', '127.0.0.1:%d']}"
                                    .formatted(port, taken.getLocalPort()));

            assertThatThrownBy(() -> RunningFilter.start(config, place, false, NOBODY))
                    .isInstanceOf(ServiceFailure.class)
                    .hasMessageContaining("l7.listen 127.0.0.1:" + taken.getLocalPort());
            awaitNoThread();
            try (ServerSocket mine = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                assertThat(mine.isBound()).isTrue();
            }
        }
    }

    private static int free() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    @Test
    void partsEndInReverseOrderAndAllOfThem() {
        List<String> ended = new ArrayList<>();
        StartedParts parts = new StartedParts();
        parts.add(() -> ended.add("first"));
        parts.add(
                () -> {
                    ended.add("second");
                    throw new IOException("too late");
                });
        parts.add(() -> ended.add("third"));
        IllegalStateException failure = new IllegalStateException("the fourth");

        parts.closeAfter(failure);
        assertThat(ended).containsExactly("third", "second", "first");
        assertThat(failure.getSuppressed())
                .extracting(Throwable::getMessage)
                .containsExactly("too late");
    }
}
