package dev.asterism.lighthouse.services;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.net.Ip;

/** What advertised services have to tell. */
public sealed interface ServiceEvent extends MeshEvent {

    /**
     * A lighthouse did not take a service that a host offers, or a caller did not believe a lighthouse that told of
     * it. Each host, service and rule once.
     *
     * @param host name in the host's certificate
     * @param rule why, as a clause
     */
    record Refused(Ip vpnAddr, String host, String service, String rule) implements ServiceEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "Service of this host refused";
        }
    }

    /**
     * A host says that a lighthouse tells of its services what it has not said. Each lighthouse and host once.
     *
     * @param host name in the host's certificate
     */
    record Contradicted(Ip lighthouse, Ip vpnAddr, String host) implements ServiceEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "A lighthouse tells what this host denies about its services; the host is believed";
        }
    }

    /** A lighthouse did not take what this node offers. Each lighthouse, service and rule once. */
    record OwnRefused(Ip lighthouse, String service, String rule) implements ServiceEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "A lighthouse refused a service that this host advertises";
        }
    }

    /**
     * No lighthouse tells who offers services: pools by {@code advertised} go by the groups of live peers.
     *
     * @param why as a clause
     */
    record FellBack(String why) implements ServiceEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "No lighthouse tells of services; the groups of live peers are used instead";
        }
    }

    /** A lighthouse tells who offers services, after {@link FellBack}. */
    record Told(Ip lighthouse) implements ServiceEvent {
        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return "A lighthouse tells of services again";
        }
    }
}
