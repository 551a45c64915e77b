package dev.asterism.agent.client;

import java.time.Duration;
import java.time.Instant;

/** What people want to know of a certificate first. */
final class Certificates {

    private static final int WARN_DAYS = 14;

    private Certificates() {}

    /** For how long it is valid, in the colour of an alarm when that is soon over. */
    static String expiry(JsonValue certificate, Screen screen, Instant now) {
        Duration left = Duration.between(now, Instant.parse(certificate.text("not_after")));
        if (left.isNegative()) {
            return screen.bad("expired " + Units.age(-left.toMillis()) + " ago");
        }
        String text = "valid for " + Units.age(left.toMillis());
        return left.toDays() < WARN_DAYS ? screen.bad(text) : text;
    }
}
