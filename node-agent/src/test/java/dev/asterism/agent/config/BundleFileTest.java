package dev.asterism.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.revocation.Delegation;
import dev.asterism.overlay.revocation.RevocationBundle;
import dev.asterism.overlay.revocation.TestBundles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bundle that a configuration names, at a start and at a reload. */
class BundleFileTest {

    private static final TestPki PKI = TestPki.seeded(7);
    private static final TestBundles ISSUER = TestBundles.of(PKI);

    @TempDir Path folder;

    @BeforeEach
    void makeNode() throws IOException {
        LocalIdentity host = PKI.host("node", "10.42.0.1/16");
        write("ca.crt", CertificatePem.encode(PKI.ca()));
        write("node.crt", CertificatePem.encode(host.certificate()));
        write("node.key", KeyPem.encodePrivate(host.credential().keys()));
        write(
                "config.yml",
                """
                pki: {ca: %1$s/ca.crt, cert: %1$s/node.crt, key: %1$s/node.key}
                listen: {port: 4242}
                tun: {disabled: true}
                asterism:
                  revocation:
                    bundle: %1$s/bundle.pem
                """
                        .formatted(folder));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private LoadedNode load() {
        return NodeLoader.load(folder.resolve("config.yml"), Strictness.REFUSE, TestPki.NOW);
    }

    @Test
    void isReadWithTheConfiguration() throws IOException {
        RevocationBundle bundle = ISSUER.bundle(7);
        write("bundle.pem", bundle.toPem());

        assertThat(load())
                .isInstanceOfSatisfying(
                        LoadedNode.Loaded.class,
                        loaded -> assertThat(loaded.bundle()).isEqualTo(bundle));
    }

    @Test
    void refusesAStartWithAFileThatIsMissingOrBroken() throws IOException {
        assertThat(problem()).contains("config.yml:6:", "no such file or directory", "bundle.pem");

        write("bundle.pem", "not a bundle\n");
        assertThat(problem())
                .contains(
                        "config.yml:6:", "not a revocation bundle", "asterism-cert bundle verify");

        String whole = ISSUER.bundle(7).toPem();
        write("bundle.pem", whole.substring(0, 100) + 'A' + whole.substring(101));
        assertThat(problem()).contains("config.yml:6:", "cannot be used");
    }

    /** Time alone may not keep a lighthouse from starting, nor a CA that was replaced. */
    @Test
    void onlyWarnsOfABundleWhoseDelegationOrCaHasEnded() throws IOException {
        TestBundles ended =
                TestBundles.of(
                        PKI,
                        new Delegation.Terms(
                                1, Delegation.MAY_REVOKE, new Delegation.Validity(1, 2)));
        for (TestBundles issuer : List.of(ended, TestBundles.of(TestPki.seeded(8)))) {
            write("bundle.pem", issuer.bundle(7).toPem());

            assertThat(load())
                    .isInstanceOfSatisfying(
                            LoadedNode.Loaded.class,
                            loaded -> {
                                assertThat(loaded.bundle()).isNull();
                                assertThat(loaded.notices())
                                        .extracting(Diagnostic::toString)
                                        .anyMatch(line -> line.contains("cannot be used"));
                            });
        }
    }

    private String problem() {
        return load() instanceof LoadedNode.Refused refused
                ? refused.problems().toString()
                : "loaded";
    }
}
