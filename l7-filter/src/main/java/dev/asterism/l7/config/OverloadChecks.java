package dev.asterism.l7.config;

import dev.asterism.l7.limit.MaxPolicy;
import dev.asterism.l7.limit.OverloadPolicy;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.overlay.config.Section;
import java.util.List;

/** What a service under {@code serve} says of overload without any effect. */
final class OverloadChecks {

    private OverloadChecks() {}

    /**
     * @param at the service as it is written
     */
    static void check(Section at, ServiceSpec service) {
        OverloadPolicy overload = service.upstream().overload();
        Section written = at.section("overload");
        if (!overload.adaptive()) {
            checkUnused(at, written);
            return;
        }
        if (isWord(at, "protocol", "tcp")) {
            at.notice(
                    "overload",
                    "overload has no effect with protocol: tcp, which has no requests",
                    "max.connections bounds them");
        }
        MaxPolicy max = service.upstream().max();
        if (written.has("least") && overload.least() > max.requests()) {
            written.notice(
                    "least",
                    "least is more than max.requests (%d), which bounds the limit"
                            .formatted(max.requests()),
                    "raise max.requests or lower least");
        }
        if (written.has("wait") && overload.patience().compareTo(max.patience()) > 0) {
            written.notice(
                    "wait",
                    "wait is longer than max.wait (%s), which ends it"
                            .formatted(Quantities.text(max.patience())),
                    "raise max.wait or lower wait");
        }
        checkReached(written);
    }

    /** Keys that only an adaptive limit reads. */
    private static void checkUnused(Section at, Section written) {
        for (String key : List.of("least", "headroom", "wait", "classes")) {
            if (written.has(key)) {
                written.notice(key, key + " has no effect", "set overload.adaptive to true");
            }
        }
        for (Section route : at.sections("routes")) {
            if (route.has("class")) {
                route.notice(
                        "class",
                        "class has no effect without overload",
                        "overload: {} in the service turns it on");
            }
        }
    }

    /** The first class that matches counts, so none does behind one for everybody. */
    private static void checkReached(Section written) {
        boolean everybody = false;
        for (Section one : written.sections("classes")) {
            if (everybody) {
                one.notice(
                        "from",
                        "no caller gets here: a class before it is for `any`",
                        "put the class for any last");
            }
            everybody |= isWord(one, "from", "any");
        }
    }

    private static boolean isWord(Section at, String key, String word) {
        return !at.isMap(key) && !at.isList(key) && word.equals(at.written(key));
    }
}
