package dev.asterism.l7.telemetry;

import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.proxy.RequestReport;
import java.util.ArrayList;
import java.util.List;

/**
 * Which requests a tap shows. Immutable; asked for each request, so it allocates nothing.
 *
 * @param service name of the service, empty: of any
 * @param from the callers
 * @param route name of the route, empty: any
 * @param codes what their answers may be, empty: anything
 * @param fields with the header fields of request and answer
 * @param perSecond at most so many
 */
public record TapQuestion(
        String service,
        Selector from,
        String route,
        List<Codes> codes,
        boolean fields,
        int perSecond) {

    public static final int MOST_PER_SECOND = 1_000;

    /** Codes from the first to the last; 0 is a request that got no answer. */
    public record Codes(int first, int last) {

        boolean contains(int status) {
            return status >= first && status <= last;
        }
    }

    public TapQuestion {
        codes = List.copyOf(codes);
        if (perSecond < 1 || perSecond > MOST_PER_SECOND) {
            throw new IllegalArgumentException(
                    "a tap shows 1 to %d requests a second".formatted(MOST_PER_SECOND));
        }
    }

    /** What can be said before it is answered. */
    boolean mayFit(RequestReport request) {
        return (service.isEmpty() || service.equals(request.service()))
                && from.matches(request.caller());
    }

    boolean fits(RequestReport request) {
        return mayFit(request)
                && (route.isEmpty() || route.equals(request.route()))
                && fits(request.status());
    }

    private boolean fits(int status) {
        for (int i = 0; i < codes.size(); i++) {
            if (codes.get(i).contains(status)) {
                return true;
            }
        }
        return codes.isEmpty();
    }

    /**
     * Reads codes such as {@code 5xx}, {@code 429} and {@code 0}, separated by commas; throws {@link
     * IllegalArgumentException} with what was expected.
     */
    public static List<Codes> codes(String text) {
        List<Codes> all = new ArrayList<>();
        for (String word : text.isBlank() ? new String[0] : text.split(",", -1)) {
            String one = word.strip();
            if (one.matches("[1-5]xx")) {
                int first = (one.charAt(0) - '0') * 100;
                all.add(new Codes(first, first + 99));
            } else if (one.matches("[1-5][0-9][0-9]|0")) {
                int code = Integer.parseInt(one);
                all.add(new Codes(code, code));
            } else {
                throw new IllegalArgumentException(
                        "`%s` is no code: write 5xx, 503, 0 for no answer, or several such as 4xx,5xx"
                                .formatted(one));
            }
        }
        return all;
    }
}
