package dev.asterism.overlay.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.ConfigReader;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.noise.KeyPair;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A reload takes a certificate with more networks, and says what the next start will refuse because of these. */
class RestartNoticeTest {

    private static final String FOUR = "10.42.0.1/16";
    private static final String REFUSED = "the next start will refuse this: tun.mtu 1200 is below";

    private final TestPki pki = TestPki.seeded(3);
    private final KeyPair key = pki.key();
    private final TestPki.ToSign v1 = TestPki.certificate(1, TestPki.subject("a", FOUR));
    private final TestPki.ToSign v2 =
            TestPki.certificate(2, TestPki.subject("a", FOUR, "fd42::1/64"));

    private NodeBlueprint.Outcome compiled(
            int mtu, LocalIdentity next, @Nullable LocalIdentity running) {
        String yaml = "pki: {ca: ca, cert: cert, key: key}\ntun: {mtu: " + mtu + "}\n";
        ConfigOutcome.Loaded loaded = (ConfigOutcome.Loaded) ConfigReader.read("a.yml", yaml);
        return NodeBlueprint.compile(
                loaded.config(),
                new PkiMaterial(
                        CertificatePem.encode(pki.ca()),
                        String.join(
                                "",
                                next.certificates().stream().map(CertificatePem::encode).toList()),
                        KeyPem.encodePrivate(key)),
                loaded.origins(),
                Strictness.REPORT,
                TestPki.NOW,
                running);
    }

    private static List<String> warnings(NodeBlueprint.Outcome outcome) {
        assertThat(outcome).isInstanceOf(NodeBlueprint.Outcome.Compiled.class);
        return outcome.warnings().stream().map(Diagnostic::message).toList();
    }

    @Test
    void ofADeviceThatIsTooSmallForIpv6() {
        LocalIdentity running = pki.host(key, v1);
        LocalIdentity both = pki.host(key, v1, v2);

        assertThat(warnings(compiled(1200, both, running)))
                .anyMatch(text -> text.startsWith(REFUSED));
        assertThat(compiled(1200, both, null))
                .as("and it does")
                .isInstanceOf(NodeBlueprint.Outcome.Refused.class);
        assertThat(warnings(compiled(1300, both, running)))
                .noneMatch(text -> text.contains("next start"));
        assertThat(warnings(compiled(1200, running, running)))
                .noneMatch(text -> text.contains("next start"));
    }
}
