package dev.asterism.cert.cli;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/** The system's clock; its zone is looked for when somebody asks, as the tables of zones cost 8 ms of a start. */
final class LocalClock extends Clock {

    @Override
    public ZoneId getZone() {
        return ZoneId.systemDefault();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.system(zone);
    }

    @Override
    public Instant instant() {
        return Instant.now();
    }
}
