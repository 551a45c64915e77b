package dev.asterism.tun;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.asterism.arch.Budgets;
import dev.asterism.arch.Layers;
import dev.asterism.arch.Names;
import dev.asterism.arch.Production;
import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.asterism.tun";

    /** Native calls have as many parameters as the kernel and the libraries want. */
    private static final Pattern PER_PACKET =
            Pattern.compile("tun\\.(aead|curve|device|libc|offload|udp)");

    private static final JavaClasses CODE = Production.of(ROOT);

    @Test
    void hasNoPackagesInACircle() {
        Layers.checkNoCycles(CODE, ROOT);
    }

    @Test
    void seesTheEnginesDoorsOnly() {
        Production.checkDoesNotSee(
                CODE,
                "the kernel's edge knows ports, addresses and ciphers, and nothing of meshes",
                "dev.asterism.overlay.cert..",
                "dev.asterism.overlay.config..",
                "dev.asterism.overlay.firewall..",
                "dev.asterism.overlay.handshake..",
                "dev.asterism.overlay.identity..",
                "dev.asterism.overlay.node..",
                "dev.asterism.overlay.noise..",
                "dev.asterism.overlay.path..",
                "dev.asterism.overlay.relay..",
                "dev.asterism.overlay.route..",
                "dev.asterism.overlay.tunnel..",
                "dev.asterism.lighthouse..",
                "dev.asterism.cert..",
                "dev.asterism.l7..",
                "dev.asterism.agent..",
                "io.netty..",
                "picocli..");
    }

    @Test
    void namesClassesByWhatTheyDo() {
        Names.check(CODE);
    }

    @Test
    void staysWithinItsBudgets() throws IOException {
        Budgets.checkSources();
        Budgets.checkSignatures(CODE, PER_PACKET);
    }

    @Test
    void neverSleepsInTests() {
        Production.checkNobodySleeps(Production.testsOf(ROOT));
    }
}
