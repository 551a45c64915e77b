package dev.asterism.cert.serve;

import dev.asterism.overlay.cert.Certificate;
import java.util.List;

/** What became of a request. */
sealed interface Outcome {

    Refused KEY_REVOKED = new Refused("the key was revoked; make a new one");

    /**
     * The host has certificates, one of each version that it was granted.
     *
     * @param again it had it already: the answer to an earlier, equal request may have been lost
     */
    record Granted(List<Certificate> certificates, boolean again) implements Outcome {

        public Granted {
            certificates = List.copyOf(certificates);
        }
    }

    /**
     * The host gets none.
     *
     * @param message for the host's operator; says no more than the request has shown to know
     */
    record Refused(String message) implements Outcome {}
}
