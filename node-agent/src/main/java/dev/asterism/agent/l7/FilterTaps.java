package dev.asterism.agent.l7;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.agent.control.ControlFailure;
import dev.asterism.agent.control.FilterControl.TapRequest;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.l7.telemetry.Tap;
import dev.asterism.l7.telemetry.TapQuestion;
import dev.asterism.l7.telemetry.Taps;
import dev.asterism.overlay.text.NearestWord;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Opens taps for the control socket and shows what they took. Any thread; waits on the caller's. */
final class FilterTaps {

    private static final int LOOKS = 2;
    private static final long LOOK_NANOS = 250_000_000L;
    private static final int USUAL_RATE = 20;

    private final Taps taps;
    private final Supplier<FilterConfig> config;

    /**
     * @param config in force
     */
    FilterTaps(Taps taps, Supplier<FilterConfig> config) {
        this.taps = taps;
        this.config = config;
    }

    void tap(TapRequest asked, JsonGenerator json) throws IOException {
        Tap tap = asked.id().isEmpty() ? open(asked) : known(asked.id());
        tap.asked(System.nanoTime());
        if (!asked.id().isEmpty()) {
            for (int i = 0; i < LOOKS && tap.isEmpty(); i++) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        json.writeStringField("id", tap.id());
        tap.write(json, config.get().log().redact(), Instant.now(), System.nanoTime());
    }

    private Tap known(String id) {
        Tap tap = taps.find(id);
        if (tap == null) {
            throw new ControlFailure(
                    ControlFailure.Code.NOT_FOUND,
                    "this tap is closed: it was not asked for five seconds, or the filter was started anew");
        }
        return tap;
    }

    private Tap open(TapRequest asked) {
        List<String> services =
                config.get().services().stream().map(ServiceSpec::name).distinct().toList();
        if (!asked.service().isEmpty() && !services.contains(asked.service())) {
            String near = NearestWord.of(asked.service(), services);
            throw new ControlFailure(
                    ControlFailure.Code.NOT_FOUND,
                    "no service is named \"%s\"%s; services are %s"
                            .formatted(
                                    asked.service(),
                                    near.isEmpty() ? "" : " (did you mean " + near + "?)",
                                    services.isEmpty() ? "none" : String.join(", ", services)));
        }
        Tap tap = taps.open(question(asked), System.nanoTime());
        if (tap == null) {
            throw new ControlFailure(
                    ControlFailure.Code.BUSY, Taps.MOST + " taps are open, and no more may be");
        }
        return tap;
    }

    private static TapQuestion question(TapRequest asked) {
        try {
            return new TapQuestion(
                    asked.service(),
                    asked.from().isEmpty() ? Selector.ANY : Selector.parse(asked.from()),
                    asked.route(),
                    TapQuestion.codes(asked.code()),
                    asked.fields(),
                    asked.rate().isEmpty() ? USUAL_RATE : rate(asked.rate()));
        } catch (IllegalArgumentException e) {
            throw new ControlFailure(
                    ControlFailure.Code.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private static int rate(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("`%s` is not a whole number".formatted(text));
        }
        return Integer.parseInt(text);
    }
}
