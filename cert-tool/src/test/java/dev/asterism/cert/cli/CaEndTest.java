package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who issues with a CA that ends soon is told, with the date and what to do. The CA ends in a year of 365 days. */
class CaEndTest {

    private static final Pattern SERVING = Pattern.compile("(serving on)");
    private static final String[] SIGN = {"sign", "-name", "web1", "-networks", "10.42.0.2/16"};
    private static final String[] INVITE = {
        "invite", "-name", "a", "-networks", "10.42.0.9/16", "-url", "https://x:1"
    };

    @TempDir Path directory;

    private ToolRun tool = new ToolRun(Path.of(""));

    @BeforeEach
    void makeCa() {
        tool = new ToolRun(directory);
        tool.ok("ca", "-name", "root");
    }

    private void sign(String... more) {
        tool.ok(ToolRun.join(SIGN, more));
    }

    private void passDays(int days) {
        tool.at(ToolRun.NOW.plus(Duration.ofDays(days)));
    }

    @Test
    void aRenewalThatEndsNoLaterSaysThatTheCaIsTheReason() {
        sign();
        passDays(100);

        ToolRun.Result renewed = tool.run("renew", "-crt", "web1.crt");

        assertThat(renewed.exit()).isZero();
        assertThat(renewed.text()).isEqualTo("web1: renewed; ends 2027-12-31T23:59:59Z\n");
        assertThat(renewed.stderr())
                .isEqualTo(
                        "warning: the new certificate expires no later than the old one, 2027-12-31T23:59:59Z,"
                                + " as the CA expires 2028-01-01T00:00:00Z; rotate the CA before, see"
                                + " \"asterism-cert rotate plan\"\n");
    }

    @Test
    void aRenewalThatEndsLaterSaysNothingThoughTheCaCutsIt() {
        sign("-duration", "8000h");
        passDays(300);

        assertThat(tool.ok("renew", "-crt", "web1.crt"))
                .isEqualTo("web1: renewed; ends 2027-12-31T23:59:59Z\n");
    }

    @Test
    void aRenewalThatIsToBeShorterSaysSo() {
        sign("-duration", "240h");

        ToolRun.Result renewed = tool.run("renew", "-crt", "web1.crt", "-duration", "5d");

        assertThat(renewed.exit()).isZero();
        assertThat(renewed.stderr())
                .isEqualTo(
                        "warning: the new certificate expires no later than the old one, 2027-01-11T00:00:00Z;"
                                + " -duration says how long it is to be valid from now on\n");
    }

    @Test
    void anInvitationSaysThatTheCaEndsBeforeTheCertificate() {
        passDays(345);

        ToolRun.Result made = tool.run(INVITE);

        assertThat(made.exit()).isZero();
        assertThat(made.stderr())
                .startsWith("token ")
                .endsWith(
                        "\nwarning: the CA expires 2028-01-01T00:00:00Z, in 20 days, and no certificate outlives it:"
                                + " those that should last 30 days expire with it and are not renewed then; rotate"
                                + " the CA before, see \"asterism-cert rotate plan\"\n");
    }

    @Test
    void anInvitationThatTheCaOutlivesSaysNothing() {
        passDays(345);

        assertThat(tool.run(ToolRun.join(INVITE, "-duration", "479h59m59s")).stderr())
                .doesNotContain("warning");
        assertThat(tool.run(ToolRun.join(INVITE, "-duration", "480h")).stderr())
                .contains("warning: the CA expires");
    }

    @Test
    void theServerSaysSoAtItsStart() {
        passDays(334);
        assertThat(saidAtStart()).doesNotContain("warning");
        passDays(336);
        assertThat(saidAtStart())
                .contains(
                        "warning: the CA expires 2028-01-01T00:00:00Z, in 29 days",
                        "those that should last 30 days",
                        "asterism-cert rotate plan");
    }

    @Test
    void theServerLooksAtWhatIsInvited() {
        passDays(336);
        assertThat(tool.run(ToolRun.join(INVITE, "-duration", "24h")).exit()).isZero();
        assertThat(saidAtStart()).doesNotContain("warning");

        assertThat(tool.run(ToolRun.join(INVITE, "-duration", "1000h")).exit()).isZero();
        assertThat(saidAtStart()).contains("those that should last 41 days");
        passDays(337);
        assertThat(saidAtStart()).as("these tokens have ended").contains("should last 30 days");
    }

    private String saidAtStart() {
        try (BackgroundRun server = new BackgroundRun(tool, "serve", "-listen", "127.0.0.1:0")) {
            server.awaitSaid(SERVING);
            return server.said();
        }
    }
}
