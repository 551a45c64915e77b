package dev.asterism.lighthouse.staticmap;

import dev.asterism.overlay.net.Ip;
import java.util.List;

/** What a look-up brought. Only "not found" makes us give up addresses that were good before. */
public sealed interface NameAnswer {

    record Found(List<Ip> addresses) implements NameAnswer {
        public Found {
            addresses = List.copyOf(addresses);
        }
    }

    /** The name does not exist, or has no record of the kind asked for. */
    record NotFound() implements NameAnswer {}

    /** Timeout, no server, refused: nobody knows. */
    record Failed(String reason) implements NameAnswer {}
}
