package dev.asterism.lighthouse.client;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;

/** What the client side of discovery has to tell. */
public sealed interface LighthouseClientEvent extends MeshEvent {

    /** Neither lighthouse nor lighthouses: only static hosts can be reached. */
    record NoLighthouses() implements LighthouseClientEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "No lighthouse.hosts configured, this host will only be able to initiate tunnels"
                    + " with static_host_map entries";
        }
    }

    record LighthouseOutsideNetworks(Ip lighthouse) implements LighthouseClientEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "lighthouse host is not within our networks, lighthouse functionality will work"
                    + " but layer 3 network traffic to the lighthouse will not";
        }
    }

    /** An advertise_addrs entry would send the mesh into itself. */
    record AdvertisedInsideOverlay(UnderlayAddr address) implements LighthouseClientEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "Ignoring lighthouse.advertise_addrs report because it is within the nebula"
                    + " network range";
        }
    }

    /**
     * More addresses than others keep of one host.
     *
     * @param kept of each family
     * @param cut what peers will not hear of
     */
    record AddressesCut(int kept, List<UnderlayAddr> cut) implements LighthouseClientEvent {
        public AddressesCut {
            cut = List.copyOf(cut);
        }

        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "This host has more addresses than a lighthouse keeps: peers will not learn the ones"
                    + " in `cut`; exclude interfaces with lighthouse.local_allow_list";
        }
    }

    record AdvertisedNameNotResolved(String host, String reason) implements LighthouseClientEvent {
        @Override
        public Level level() {
            return Level.ERROR;
        }

        @Override
        public String message() {
            return "Unable to look up lighthouse.advertise_addrs entry";
        }
    }

    /** First acknowledgement after start or after the lighthouses changed; 1.6.1 never sends one. */
    record Registered(Ip lighthouse) implements LighthouseClientEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "Lighthouse has our addresses";
        }
    }

    /**
     * @param overlay IPv6, and our tunnel to the lighthouse uses a v1 certificate
     */
    record QueryImpossible(Ip overlay, Ip lighthouse) implements LighthouseClientEvent {
        @Override
        public Level level() {
            return Level.ERROR;
        }

        @Override
        public String message() {
            return "Can't query lighthouse for v6 address using a v1 protocol";
        }
    }

    record QueryDropped(Ip overlay) implements LighthouseClientEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "Lighthouse query buffer is full";
        }
    }

    /**
     * Somebody else reports to the lighthouse under our overlay address.
     *
     * @param theirs underlay addresses of the other host
     */
    record OwnAddressUsedElsewhere(Ip overlay, Ip lighthouse, List<UnderlayAddr> theirs)
            implements LighthouseClientEvent {
        public OwnAddressUsedElsewhere {
            theirs = List.copyOf(theirs);
        }

        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "Another host seems to be using our overlay address: a copy of our certificate, or one"
                    + " address given to two hosts";
        }
    }

    record AddressesReceived(Ip overlay, Ip lighthouse, List<UnderlayAddr> addresses)
            implements LighthouseClientEvent {
        public AddressesReceived {
            addresses = List.copyOf(addresses);
        }

        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "Lighthouse answered a query";
        }
    }

    /** Only configured lighthouses may tell us where others are. */
    record ReplyIgnored(Ip sender) implements LighthouseClientEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "Received a host query reply from a host that is no lighthouse";
        }
    }
}
