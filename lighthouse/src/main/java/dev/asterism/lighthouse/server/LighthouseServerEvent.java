package dev.asterism.lighthouse.server;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.net.Ip;

/** What a lighthouse has to tell. */
public sealed interface LighthouseServerEvent extends MeshEvent {

    /**
     * @param claimed the address of somebody else
     */
    record ForeignUpdateIgnored(Ip sender, Ip claimed) implements LighthouseServerEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "Host sent invalid update";
        }
    }

    record HostUpdated(Ip host, int addresses, int relays) implements LighthouseServerEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "Host reported its addresses";
        }
    }

    record QueryAnswered(Ip querier, Ip overlay) implements LighthouseServerEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "Answered a host query";
        }
    }

    /** Nobody with that address has a tunnel here: the querier gets no answer. */
    record QueryUnknown(Ip querier, Ip overlay) implements LighthouseServerEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "Host query for an unknown host";
        }
    }

    /** Said at most once a minute for each host. */
    record QueriesLimited(Ip querier, int perSecond) implements LighthouseServerEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "Host exceeds this lighthouse's query limit; excess queries are ignored";
        }
    }
}
