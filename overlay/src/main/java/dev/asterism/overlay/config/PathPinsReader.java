package dev.asterism.overlay.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** {@code asterism.paths}. */
final class PathPinsReader {

    private static final String KEY = "paths";
    private static final String PREFER = "prefer";
    private static final String NEVER = "never";
    private static final String DIRECT = "direct";
    private static final String RELAY = "relay";
    private static final String WRITE_PREFER =
            "write `prefer: direct`, or `prefer: relay NAME` with the overlay address or the"
                    + " certificate's name of a relay";

    private PathPinsReader() {}

    static List<PathPin> read(Section asterism) {
        List<PathPin> pins = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        asterism.named(KEY)
                .forEach(
                        (peers, section) -> {
                            PathPin pin = pin(asterism, peers, section);
                            if (!seen.add(PathPin.canonical(peers))) {
                                asterism.problems()
                                        .error(
                                                pin.at(),
                                                asterism.path(KEY) + "." + peers,
                                                "`%s` is there twice".formatted(peers),
                                                "write both keys below one of them");
                            }
                            pins.add(pin);
                        });
        return List.copyOf(pins);
    }

    private static PathPin pin(Section asterism, String peers, Section section) {
        SourcePosition at =
                Objects.requireNonNull(asterism.entries(KEY).get(peers), peers).keyPosition();
        String path = asterism.path(KEY) + "." + peers;
        if (peers.isBlank() || peers.equals(PathPin.GROUP)) {
            asterism.problems()
                    .error(
                            at,
                            path,
                            "`%s` names no peer".formatted(peers),
                            "write an overlay address, the name in a certificate, or group:NAME");
        }
        boolean never = never(section);
        String prefer = section.has(PREFER) ? section.text(PREFER).strip() : "";
        String relay = relay(section, prefer);
        if (never && !relay.isEmpty()) {
            section.error(
                    NEVER,
                    "`never: relay` contradicts `prefer: %s`".formatted(prefer),
                    "delete one of the two lines");
        }
        if (!section.has(PREFER) && !section.has(NEVER)) {
            asterism.problems()
                    .notice(
                            at,
                            path,
                            "`%s` has neither `prefer` nor `never`, so it changes nothing"
                                    .formatted(peers));
        }
        return new PathPin(at, peers, relay, prefer.equals(DIRECT), never);
    }

    private static boolean never(Section section) {
        if (!section.has(NEVER)) {
            return false;
        }
        String word = section.text(NEVER).strip();
        if (!word.equals(RELAY)) {
            section.error(
                    NEVER,
                    "`never: %s` is not understood".formatted(word),
                    "write `never: relay`, the only path that can be forbidden");
        }
        return word.equals(RELAY);
    }

    /** Empty when the preference is another one. */
    private static String relay(Section section, String prefer) {
        if (prefer.isEmpty() && !section.has(PREFER) || prefer.equals(DIRECT)) {
            return "";
        }
        String name =
                prefer.startsWith(RELAY + " ") ? prefer.substring(RELAY.length()).strip() : "";
        if (name.isEmpty() || name.contains(" ")) {
            section.error(PREFER, "`prefer: %s` is not understood".formatted(prefer), WRITE_PREFER);
            return "";
        }
        return name;
    }
}
