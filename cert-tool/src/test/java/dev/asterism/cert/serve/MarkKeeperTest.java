package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkKeeperTest {

    private static final int FAILURES = 3;

    @TempDir private Path folder;

    /** The first looks at it fail as no one foresaw. */
    private static final class FailingClock extends Clock {

        private final CountDownLatch looks = new CountDownLatch(FAILURES + 2);

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            looks.countDown();
            if (looks.getCount() >= 2) {
                throw new IllegalStateException("no time today");
            }
            return EnrolmentRig.START;
        }
    }

    @Test
    void goesOnAfterAnErrorAndSaysSoOnce() throws Exception {
        FailingClock clock = new FailingClock();
        try (EnrolmentRig rig = new EnrolmentRig(folder)) {
            EnrolmentState state = rig.state();
            rig.start(state);
            try (MarkKeeper _ =
                    new MarkKeeper(
                            state.store(),
                            rig.revocationsFor(state),
                            new AuditLog(state.audit(), rig.clock(), _ -> {}),
                            clock,
                            Duration.ofMillis(10))) {
                assertThat(clock.looks.await(60, TimeUnit.SECONDS)).isTrue();
            }

            assertThat(rig.audit(state).lines())
                    .singleElement()
                    .asString()
                    .contains(
                            "\"event\":\"failed\"",
                            "with other issuers, will try again: java.lang.IllegalStateException: no time today");
        }
    }
}
