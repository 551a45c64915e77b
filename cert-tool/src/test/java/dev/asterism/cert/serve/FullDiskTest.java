package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.noise.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written before something is handed out cannot be written: then nothing is, and all of it is done later. */
class FullDiskTest {

    private static final Path FULL = Path.of("/dev/full");

    @TempDir private Path folder;
    private EnrolmentRig rig;
    private EnrolmentState state;
    private EnrolmentDesk desk;

    @BeforeEach
    void open() throws Exception {
        rig = new EnrolmentRig(folder);
        state = rig.state();
        rig.start(state);
        desk = rig.desk(state);
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private void fillLog() throws IOException {
        Assumptions.assumeTrue(Files.exists(FULL), "NOT RUN: this system has no /dev/full");
        Files.createSymbolicLink(state.audit(), FULL);
    }

    private void makeRoom() throws IOException {
        Files.delete(state.audit());
    }

    @Test
    void whatTheLogCannotHoldIsNotIssued() throws Exception {
        fillLog();
        EnrolmentRig.Token token = rig.invite(state, "laptop");
        for (int i = 0; i < 3; i++) {
            EnrolmentDesk.Reply reply = rig.ask(desk, rig.keys(), token.grant());
            assertThat(reply.status()).isEqualTo(EnrolmentDesk.UNAVAILABLE);
        }
        assertThat(rig.recorded()).as("signed and recorded").isZero();
        assertThat(rig.told)
                .singleElement()
                .asString()
                .contains("nothing is issued until it can be written", "No space left on device");

        makeRoom();
        EnrolmentDesk.Reply reply = rig.ask(desk, rig.keys(), token.grant());

        assertThat(EnrolmentRig.certificate(reply).name())
                .as("no failed attempt has consumed the token")
                .isEqualTo("laptop");
        assertThat(rig.audit(state)).containsOnlyOnce("\"event\":\"enrolled\"");
        assertThat(rig.told.getLast()).isEqualTo("the audit log can be written again");
    }

    @Test
    void aRenewalThatTheLogCannotHoldIsMadeLater() throws Exception {
        KeyPair keys = rig.keys();
        Certificate first =
                EnrolmentRig.certificate(rig.ask(desk, keys, rig.invite(state, "laptop").grant()));
        rig.pass(EnrolmentRig.LIFE.multipliedBy(2).dividedBy(3));
        Path aside = folder.resolve("aside");
        Files.move(state.audit(), aside);
        fillLog();
        assertThat(rig.ask(desk, keys, EnrolmentRig.renewalOf(first)).status())
                .isEqualTo(EnrolmentDesk.UNAVAILABLE);
        assertThat(rig.recorded()).isEqualTo(1);

        makeRoom();

        EnrolmentRig.certificate(rig.ask(desk, keys, EnrolmentRig.renewalOf(first)));
        assertThat(rig.audit(state)).containsOnlyOnce("\"event\":\"renewed\"");
        assertThat(rig.recorded()).isEqualTo(2);
    }

    @Test
    void refusalsThatWereNotWrittenAreCounted() throws Exception {
        fillLog();
        AuditLog log = new AuditLog(state.audit(), rig.clock(), rig.told::add);
        for (int i = 0; i < RefusalLines.PER_SOURCE; i++) {
            assertThatThrownBy(() -> log.addRefusal("refused", "x", Map.of()))
                    .isInstanceOf(IOException.class);
        }
        log.addRefusal("refused", "x", Map.of());
        rig.pass(Duration.ofMinutes(1));
        assertThatThrownBy(() -> log.addRefusal("refused", "x", Map.of()))
                .isInstanceOf(IOException.class);
        rig.pass(Duration.ofMinutes(1));

        makeRoom();
        log.add("enrolled", Map.of());

        int lost = RefusalLines.PER_SOURCE + 2;
        assertThat(rig.audit(state).lines())
                .hasSize(2)
                .first()
                .asString()
                .contains("\"not-written\"", "\"refusals\":\"%d\"".formatted(lost));
        log.add("enrolled", Map.of());
        assertThat(rig.audit(state).lines()).as("the number is told once").hasSize(3);
    }

    /** Without the mark, an older copy of the database would take the token again. */
    @Test
    void nothingIsHandedOutThatTheMarkDoesNotHave() throws Exception {
        Path mark = folder.resolve("state.mark");
        Files.delete(mark);
        Files.createDirectories(mark.resolve("in the way"));
        KeyPair keys = rig.keys();
        EnrolmentRig.Token token = rig.invite(state, "laptop");

        assertThat(rig.ask(desk, keys, token.grant()).status())
                .isEqualTo(EnrolmentDesk.UNAVAILABLE);
        assertThat(rig.ask(desk, keys, token.grant()).status())
                .as("asked again")
                .isEqualTo(EnrolmentDesk.UNAVAILABLE);

        Files.delete(mark.resolve("in the way"));
        Files.delete(mark);
        assertThat(EnrolmentRig.certificate(rig.ask(desk, keys, token.grant())).name())
                .isEqualTo("laptop");
        assertThat(mark).content().endsWith(" 1\n");
    }
}
