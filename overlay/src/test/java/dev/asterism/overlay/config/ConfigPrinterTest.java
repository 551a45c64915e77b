package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigPrinterTest {

    @Test
    void whatIsPrintedReadsAsTheSame() {
        for (String yaml : List.of(Configs.allKeys(), Configs.PKI)) {
            ConfigOutcome.Loaded loaded = Configs.loaded(yaml);
            ConfigOutcome.Loaded again = Configs.loaded(ConfigPrinter.print(loaded));

            assertThat(ConfigDiff.between(loaded.config(), again.config()).keys())
                    .as("only the key, which is not shown")
                    .isSubsetOf("pki.key");
        }
    }

    @Test
    void saysWhereAValueComesFrom() {
        String text =
                print(
                        """
                        punch_back: true
                        listen: {port: 0x10}
                        firewall:
                          inbound: [{port: any, proto: tcp, group: "no"}]
                        """);

        assertThat(text.lines())
                .contains(
                        "listen:",
                        "  port: 16  # c.yml:3:16",
                        "  batch: 64  # default",
                        "  # dev: the kernel chooses  # default",
                        "  respond: true  # c.yml:2:13",
                        "  interval: 10  # default",
                        "    tcp_timeout: 720s  # default",
                        "  inbound: [{port: any, proto: tcp, group: \"no\"}]  # c.yml:5:12");
    }

    @Test
    void showsThePathOfAKeyAndNeverItsText() {
        String pem = "-----BEGIN NEBULA X25519 PRIVATE KEY-----\\nc2VjcmV0\\n-----END";
        String inline = "pki: {ca: ca.crt, cert: host.crt, key: \"" + pem + "\"}";

        assertThat(print("")).contains("  key: host.key  # c.yml:1:");
        assertThat(ConfigPrinter.print(Configs.loaded(inline)))
                .contains("  key: \"(hidden)\"  # c.yml:1:40")
                .doesNotContain("c2VjcmV0");
    }

    private static String print(String yaml) {
        return ConfigPrinter.print(Configs.loaded(Configs.PKI + yaml));
    }
}
