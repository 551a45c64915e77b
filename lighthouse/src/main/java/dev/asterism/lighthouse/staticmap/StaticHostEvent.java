package dev.asterism.lighthouse.staticmap;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;

/** What static_host_map has to tell. */
public sealed interface StaticHostEvent extends MeshEvent {

    /** A key of static_host_map lies outside our overlay networks: it cannot carry traffic. */
    record OutsideNetworks(Ip overlay) implements StaticHostEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "static_host_map key is not in our network, invalid";
        }
    }

    record NameNotResolved(String host, String reason) implements StaticHostEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "DNS resolution failed for static_map host";
        }
    }

    /** The names of a static host point elsewhere than before. */
    record AddressesChanged(Ip overlay, List<UnderlayAddr> addresses) implements StaticHostEvent {
        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return "DNS results changed for host list";
        }
    }
}
