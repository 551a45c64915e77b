package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.noise.KeyPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A database that was put back to an earlier state, where used tokens look unused. */
class OlderCopyTest {

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

    private void backUp() throws Exception {
        Files.copy(rig.database(), folder.resolve("backup"), StandardCopyOption.REPLACE_EXISTING);
    }

    private void restore() throws Exception {
        Files.copy(folder.resolve("backup"), rig.database(), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void consumesNoTokenTwiceAfterARestart() throws Exception {
        EnrolmentRig.Token used = rig.invite(state, "used");
        EnrolmentRig.Token open = rig.invite(state, "open");
        backUp();
        EnrolmentRig.certificate(rig.ask(desk, rig.keys(), used.grant()));
        restore();

        EnrolmentState restarted = rig.state();
        int madeVoid = rig.start(restarted);
        EnrolmentDesk after = rig.desk(restarted);

        assertThat(madeVoid).isEqualTo(2);
        assertThat(EnrolmentRig.error(rig.ask(after, rig.keys(), used.grant()))).contains("void");
        assertThat(EnrolmentRig.error(rig.ask(after, rig.keys(), open.grant()))).contains("void");
        EnrolmentRig.Token fresh = rig.invite(restarted, "fresh");
        assertThat(rig.ask(after, rig.keys(), fresh.grant()).status()).isEqualTo(EnrolmentDesk.OK);
        assertThat(rig.start(rig.state())).as("once").isEqualTo(-1);
    }

    @Test
    void consumesNoTokenTwiceWhenPutBackUnderARunningServer() throws Exception {
        EnrolmentRig.Token used = rig.invite(state, "used");
        backUp();
        EnrolmentRig.certificate(rig.ask(desk, rig.keys(), used.grant()));
        restore();

        assertThat(EnrolmentRig.error(rig.ask(desk, rig.keys(), used.grant()))).contains("void");
        assertThat(rig.audit(state)).contains("older-copy");
        assertThat(EnrolmentRig.error(rig.ask(desk, rig.keys(), used.grant()))).contains("void");
    }

    @Test
    void invitesNobodyBeforeAServerHasLookedAtACopy() throws Exception {
        EnrolmentRig.Token used = rig.invite(state, "used");
        backUp();
        EnrolmentRig.certificate(rig.ask(desk, rig.keys(), used.grant()));
        restore();

        EnrolmentState elsewhere = rig.state();

        assertThatThrownBy(() -> rig.invite(elsewhere, "next"))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("older copy");
    }

    @Test
    void anotherDatabaseIsNoNewerOne() throws Exception {
        EnrolmentRig.certificate(rig.ask(desk, rig.keys(), rig.invite(state, "a").grant()));
        Files.delete(rig.database());

        assertThat(rig.start(rig.state())).isZero();
    }

    @Test
    void aRestartIsNoReasonToMakeTokensVoid() throws Exception {
        KeyPair keys = rig.keys();
        EnrolmentRig.Token open = rig.invite(state, "open");
        EnrolmentRig.certificate(rig.ask(desk, rig.keys(), rig.invite(state, "a").grant()));

        EnrolmentState restarted = rig.state();

        assertThat(rig.start(restarted)).isEqualTo(-1);
        assertThat(rig.ask(rig.desk(restarted), keys, open.grant()).status())
                .isEqualTo(EnrolmentDesk.OK);
    }

    /** The whole machine was put back, mark and all: nothing on it can know, so the operator says it. */
    @Test
    void theOperatorCanMakeOpenTokensVoid() throws Exception {
        EnrolmentRig.Token open = rig.invite(state, "open");

        int madeVoid = state.serveAt("", true, EnrolmentRig.START);

        assertThat(madeVoid).isEqualTo(1);
        assertThat(EnrolmentRig.error(rig.ask(desk, rig.keys(), open.grant()))).contains("void");
        rig.pass(Duration.ofSeconds(1));
        assertThat(rig.ask(desk, rig.keys(), rig.invite(state, "b").grant()).status())
                .isEqualTo(EnrolmentDesk.OK);
    }

    /** The look is held up at the mark, where the old order of things had read the database already. */
    @Test
    @Timeout(60)
    void aTokenThatIsConsumedDuringTheLookIsNoReasonToMakeOthersVoid() throws Exception {
        ConsumptionMark mark = new ConsumptionMark(folder.resolve("state.mark"));
        EnrolmentState watched = rig.state(mark);
        EnrolmentDesk itsDesk = rig.desk(watched);
        EnrolmentRig.Token used = rig.invite(watched, "used");
        EnrolmentRig.Token open = rig.invite(watched, "open");
        FutureTask<Integer> look =
                new FutureTask<>(() -> watched.store().follow(false, EnrolmentRig.START));
        Thread keeper = new Thread(look, "look");

        synchronized (mark) {
            keeper.start();
            while (keeper.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
            EnrolmentRig.certificate(rig.ask(itsDesk, rig.keys(), used.grant()));
        }

        assertThat(look.get()).isEqualTo(-1);
        assertThat(rig.ask(itsDesk, rig.keys(), open.grant()).status()).isEqualTo(EnrolmentDesk.OK);
    }

    @Test
    void aMarkThatCannotBeReadStopsTheServer() throws Exception {
        EnrolmentRig.certificate(rig.ask(desk, rig.keys(), rig.invite(state, "a").grant()));
        Files.writeString(folder.resolve("state.mark"), "garbage");

        assertThatThrownBy(rig::state)
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("state.mark");
    }
}
