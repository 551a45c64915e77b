package dev.asterism.overlay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PathQualityTest {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;

    private final Tunnel tunnel = new TestTunnels().initiated("peer", "10.42.0.9/16");
    private final PathQuality quality = tunnel.watch().quality;

    @Test
    void anAnswerGivesTheRoundTripOfTheOneRequest() {
        assertThat(quality.rttNanos()).isEqualTo(PathQuality.UNKNOWN);

        quality.testSent(SECOND);

        assertThat(quality.answered(SECOND + 7 * MILLI)).isTrue();
        assertThat(quality.rttNanos()).isEqualTo(7 * MILLI);
        assertThat(quality.rttAtNanos()).isEqualTo(SECOND + 7 * MILLI);
        assertThat(quality.isRough()).isFalse();
        assertThat(quality.answered(SECOND + 8 * MILLI)).as("a second answer to it").isFalse();
        assertThat(quality.rttNanos()).isEqualTo(7 * MILLI);
    }

    @Test
    void nobodyCanTellWhichOfTwoRequestsIsAnswered() {
        quality.testSent(0);
        quality.testSent(200 * MILLI);

        assertThat(quality.answered(201 * MILLI)).isFalse();
        assertThat(quality.answered(202 * MILLI)).isFalse();

        quality.testSent(SECOND);
        assertThat(quality.answered(SECOND + MILLI)).as("afterwards all is clear").isTrue();
    }

    @Test
    void aRequestThatWasLostSpoilsNothingLater() {
        quality.testSent(0);
        quality.testSent(15 * SECOND);

        assertThat(quality.answered(15 * SECOND + 3 * MILLI)).isTrue();
        assertThat(quality.rttNanos()).isEqualTo(3 * MILLI);
    }

    @Test
    void anotherPathOrOneThatChangedIsNotMeasured() {
        quality.testSent(0);
        quality.heardElsewhere();
        assertThat(quality.answered(MILLI)).as("perhaps to a request to that address").isFalse();

        quality.handshakeTook(MILLI, 0);
        assertThat(quality.isRough()).isTrue();
        quality.testSent(SECOND);
        quality.pathChanged();
        assertThat(quality.rttNanos()).isEqualTo(PathQuality.UNKNOWN);
        assertThat(quality.answered(SECOND + MILLI)).isFalse();
    }

    @Test
    void anAnswerThatTookTooLongIsNone() {
        quality.testSent(0);
        assertThat(quality.answered(6 * SECOND)).isFalse();
    }

    @Test
    void ratesAreThoseSinceTheLastLookOrBetweenTheLastTwo() {
        quality.begin(tunnel, 0);
        tunnel.traffic().countIn(3, 3_000);
        tunnel.traffic().countOut(500);

        assertThat(quality.rate(tunnel, 500 * MILLI)).isEqualTo(new PathQuality.Rate(0, 0));
        assertThat(quality.rate(tunnel, 2 * SECOND)).isEqualTo(new PathQuality.Rate(1_500, 250));
        quality.look(tunnel, 5 * SECOND);
        assertThat(quality.rate(tunnel, 5 * SECOND + MILLI))
                .isEqualTo(new PathQuality.Rate(600, 100));
        assertThat(quality.rate(tunnel, 7 * SECOND)).isEqualTo(new PathQuality.Rate(0, 0));
    }

    @Test
    void lossIsThatOfTheIntervalAndASlipOfOrderIsNone() {
        quality.begin(tunnel, 0);
        ReplayWindow window = tunnel.session().window();
        assertThat(quality.look(tunnel, SECOND).loss()).isEqualTo(PathQuality.NOTHING_CAME);

        window.update(3);
        window.update(5);
        window.update(6);
        window.update(7);
        assertThat(quality.look(tunnel, 2 * SECOND).loss()).isEqualTo(0.2);

        window.update(8);
        assertThat(quality.look(tunnel, 3 * SECOND).loss()).isZero();

        window.update(9);
        window.update(4);
        assertThat(quality.look(tunnel, 4 * SECOND).loss()).as("the late one came").isZero();
        assertThat(window.missing()).isZero();
    }

    /** Two nodes that measure each other must not keep an idle tunnel alive. */
    @Test
    void whatMeasuringSendsIsNoUse() {
        quality.begin(tunnel, 0);
        for (int i = 0; i < 2; i++) {
            tunnel.traffic().countIn(1, 0);
            tunnel.traffic().countOut(0);
        }
        assertThat(quality.look(tunnel, SECOND).used()).isFalse();

        for (int i = 0; i < 3; i++) {
            tunnel.traffic().countIn(1, 100);
            tunnel.traffic().countOut(100);
        }
        assertThat(quality.look(tunnel, 2 * SECOND).used()).isTrue();
    }
}
