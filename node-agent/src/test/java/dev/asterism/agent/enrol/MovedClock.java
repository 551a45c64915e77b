package dev.asterism.agent.enrol;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Stands until it is moved; any thread. */
final class MovedClock extends Clock {

    private volatile Instant now = Instant.parse("2027-03-01T12:00:00Z");

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** Sets it to this time. */
    void passUntil(Instant time) {
        now = time;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.fixed(now, zone);
    }

    @Override
    public Instant instant() {
        return now;
    }
}
