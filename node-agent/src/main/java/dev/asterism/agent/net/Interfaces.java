package dev.asterism.agent.net;

import dev.asterism.lighthouse.client.LocalAddresses;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.NativeIoException;
import dev.asterism.tun.netlink.DumpInterrupted;
import dev.asterism.tun.netlink.HostNetwork;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This machine's interface addresses, for reporting to lighthouses: what it sends from towards a
 * lighthouse, then what else the interface with that route has, then the other interfaces by index.
 * Lighthouses keep the first ten; a machine with many bridges must not spend these on them.
 */
public final class Interfaces implements LocalAddresses {

    private static final Logger LOG = LoggerFactory.getLogger(Interfaces.class);

    private final Libc libc;
    private final IntSupplier mark;
    private boolean failedBefore;
    private List<LocalAddress> latest = List.of();

    /**
     * @param mark firewall mark of the underlay socket as it is at each call, which may have routes of its own
     */
    public Interfaces(Libc libc, IntSupplier mark) {
        this.libc = libc;
        this.mark = mark;
    }

    @Override
    public List<LocalAddress> current(List<Ip> lighthouses) {
        try (HostNetwork network = new HostNetwork(libc)) {
            List<HostNetwork.Way> ways = new ArrayList<>();
            for (Ip lighthouse : lighthouses) {
                HostNetwork.Way way = network.wayTo(lighthouse, mark.getAsInt());
                if (way != null) {
                    ways.add(way);
                }
            }
            latest = inOrder(network.links(), network.addresses(), ways);
            return latest;
        } catch (DumpInterrupted _) {
            return latest; // they change at present, and whoever asks is told of each change
        } catch (NativeIoException e) {
            if (!failedBefore) {
                LOG.atWarn()
                        .setMessage("Could not list network interfaces")
                        .addKeyValue("error", e.getMessage())
                        .log();
            }
            failedBefore = true;
            return List.of();
        }
    }

    /**
     * @param links in the order of their indexes
     * @param ways to the lighthouses
     */
    static List<LocalAddress> inOrder(
            List<HostNetwork.Link> links,
            List<HostNetwork.LinkAddress> addresses,
            List<HostNetwork.Way> ways) {
        Set<LocalAddress> found = new LinkedHashSet<>();
        for (HostNetwork.Way way : ways) {
            add(found, links, addresses, one -> one.address().address().equals(way.source()));
        }
        for (HostNetwork.Way way : ways) {
            add(found, links, addresses, one -> one.link() == way.link());
        }
        add(found, links, addresses, _ -> true);
        return List.copyOf(found);
    }

    private static void add(
            Set<LocalAddress> found,
            List<HostNetwork.Link> links,
            List<HostNetwork.LinkAddress> addresses,
            Predicate<HostNetwork.LinkAddress> wanted) {
        for (HostNetwork.Link link : links) {
            addresses.stream()
                    .filter(one -> link.up() && one.link() == link.index() && wanted.test(one))
                    .map(one -> new LocalAddress(link.name(), one.address().address()))
                    .forEach(found::add);
        }
    }
}
