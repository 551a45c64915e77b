package dev.asterism.overlay.relay;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.net.Ip;
import java.util.List;

/** What becomes of relays, for people; messages as in spec behaviour.md 9. */
public sealed interface RelayEvent extends MeshEvent {

    /**
     * The direct way has not answered yet.
     *
     * @param changed whether these are others than in the attempt before
     */
    record Attempted(Ip vpnAddr, List<Ip> relays, boolean changed) implements RelayEvent {
        @Override
        public Level level() {
            return changed ? Level.INFO : Level.DEBUG;
        }

        @Override
        public String message() {
            return "Attempt to relay through hosts";
        }
    }

    /**
     * @param relay the neighbour that is asked
     */
    record Requested(Ip relayFrom, Ip relayTo, Ip relay, int initiatorRelayIndex)
            implements RelayEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "send CreateRelayRequest";
        }
    }

    /**
     * @param relay the neighbour that is answered
     */
    record Answered(
            Ip relayFrom, Ip relayTo, Ip relay, int initiatorRelayIndex, int responderRelayIndex)
            implements RelayEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "send CreateRelayResponse";
        }
    }

    /**
     * A leg can carry packets.
     *
     * @param neighbor on whose tunnel the leg stands
     * @param peer the other end as seen from it
     */
    record Established(RelayRole role, Ip neighbor, String neighborName, Ip peer)
            implements RelayEvent {
        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return role == RelayRole.TERMINAL
                    ? "Relay established"
                    : "Relaying for hosts established";
        }
    }

    /** A request or a response was not followed. */
    record Refused(Ip neighbor, String neighborName, Ip relayFrom, Ip relayTo, RelayRefusal reason)
            implements RelayEvent {
        @Override
        public Level level() {
            return reason.level();
        }

        @Override
        public String message() {
            return "Relay message discarded: " + reason.text();
        }
    }
}
