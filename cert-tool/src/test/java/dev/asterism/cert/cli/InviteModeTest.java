package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.enrol.EnrolToken;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InviteModeTest {

    @TempDir Path directory;

    private ToolRun tool;

    @BeforeEach
    void makeTheAuthority() {
        tool = new ToolRun(directory);
        tool.ok("ca", "-name", "mesh");
    }

    /** The number that the message names. */
    private String invite(String name, String minutes) {
        ToolRun.Result made =
                tool.run(
                        "invite",
                        "-name",
                        name,
                        "-networks",
                        "10.42.0.9/16",
                        "-groups",
                        "admin,red",
                        "-url",
                        "https://x:1",
                        "-minutes",
                        minutes);
        assertThat(made.exit()).as(made.stderr()).isZero();
        return made.stderr().split(" ")[1];
    }

    @Test
    void listsWhatCanStillBeUsedTheFirstToEndFirst() {
        String later = invite("laptop", "30");
        String sooner = invite("web\u0007", "10");

        assertThat(tool.ok("invite", "-list").lines())
                .satisfiesExactly(
                        titles -> assertThat(titles).startsWith("TOKEN "),
                        line ->
                                assertThat(line)
                                        .startsWith(sooner + "  ")
                                        .contains("10.42.0.9/16  admin,red  2027-01-01T00:10:00Z")
                                        .doesNotContain("\u0007"),
                        line -> assertThat(line).startsWith(later + "  laptop "));

        tool.at(ToolRun.NOW.plus(Duration.ofMinutes(20)));
        assertThat(tool.ok("invite", "-list")).contains(later).doesNotContain(sooner);
        tool.at(ToolRun.NOW.plus(Duration.ofMinutes(40)));
        assertThat(tool.run("invite", "-list").stderr()).isEqualTo("no token is open\n");
    }

    @Test
    void whatIsWithdrawnIsOpenNoMore() {
        String lost = invite("laptop", "30");
        String kept = invite("web", "30");

        assertThat(tool.run("invite", "-withdraw", lost).stderr())
                .isEqualTo("token " + lost + " is withdrawn: nobody can use it\n");

        assertThat(tool.ok("invite", "-list")).contains(kept).doesNotContain(lost);
        assertThat(tool.run("invite", "-withdraw", lost).exit()).isEqualTo(1);
        assertThat(tool.refused("invite", "-withdraw", lost))
                .contains("no open token has the number " + lost, "revoke");
    }

    @Test
    void aQuestionInAWrongFolderMakesNoState() {
        String missing =
                "there is no folder "
                        + directory.resolve("enrolment")
                        + ": name that of serve by -dir";

        assertThat(tool.refused("invite", "-list")).contains(missing);
        assertThat(tool.refused("invite", "-withdraw", "00".repeat(EnrolToken.ID_BYTES)))
                .contains(missing);
        assertThat(directory.resolve("enrolment")).doesNotExist();
    }

    @Test
    void aNumberThatIsNoneIsAMistakeOfTheCommandLine() {
        ToolRun.Result refused = tool.run("invite", "-withdraw", "laptop");

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.stderr()).contains("-withdraw is not the number of a token");
    }
}
