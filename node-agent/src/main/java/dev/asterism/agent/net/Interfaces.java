package dev.asterism.agent.net;

import dev.asterism.lighthouse.client.LocalAddresses;
import dev.asterism.overlay.net.Ip;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This machine's interface addresses, for reporting to lighthouses. */
public final class Interfaces implements LocalAddresses {

    private static final Logger LOG = LoggerFactory.getLogger(Interfaces.class);

    private boolean failedBefore;

    @Override
    public List<LocalAddress> current() {
        List<LocalAddress> found = new ArrayList<>();
        try {
            for (NetworkInterface nic : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (nic.isUp()) {
                    for (InetAddress address : Collections.list(nic.getInetAddresses())) {
                        found.add(
                                new LocalAddress(nic.getName(), Ip.ofBytes(address.getAddress())));
                    }
                }
            }
        } catch (SocketException e) {
            if (!failedBefore) {
                LOG.atWarn()
                        .setMessage("Could not list network interfaces")
                        .addKeyValue("error", e.getMessage())
                        .log();
            }
            failedBefore = true;
        }
        return found;
    }
}
