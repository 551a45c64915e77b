package dev.asterism.tun.device;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.netlink.DumpInterrupted;
import dev.asterism.tun.netlink.HostNetwork;
import dev.asterism.tun.netlink.KernelRoute;
import dev.asterism.tun.netlink.LinkRoute;
import dev.asterism.tun.netlink.RouteNetlink;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Compares a link with a {@link DevicePlan} and adds what is missing. Nothing of another link is
 * replaced: an IPv4 route goes before others of its network and metric, an IPv6 route takes the
 * next better metric. So what it hides is in force again as soon as the device goes, however it
 * goes.
 */
final class DeviceUpkeep implements AutoCloseable {

    private static final int MIN_IPV6_MTU = 1280;
    private static final int MAX_ROUNDS = 3;
    private static final int MAX_INTERRUPTED = 10;

    private final HostNetwork view;
    private final RouteNetlink kernel;

    /** The routes that this object has added and not removed, as the kernel has them. */
    private final List<LinkRoute> added = new ArrayList<>();

    /** Something that is missing, and how to put it back. */
    private record Lack(String what, Runnable remedy) {}

    DeviceUpkeep(Libc libc) {
        view = new HostNetwork(libc);
        kernel = new RouteNetlink(libc);
    }

    /** The link's index; 0 when there is none of that name. */
    int indexOf(String name) {
        return view.links().stream()
                .filter(link -> link.name().equals(name))
                .mapToInt(HostNetwork.Link::index)
                .findFirst()
                .orElse(0);
    }

    boolean exists(int index) {
        return view.link(index) != null;
    }

    /** A new link: what is set once. */
    void prepare(int index, int transmitQueue) {
        added.clear();
        kernel.generateNoIpv6Addresses(index);
        kernel.setTransmitQueue(index, transmitQueue);
    }

    /**
     * What the plan has and the kernel has not, in words.
     *
     * @throws DumpInterrupted when that cannot be told at present
     */
    List<String> missing(int index, DevicePlan plan) {
        return lacks(index, plan).stream().map(Lack::what).toList();
    }

    /**
     * Adds what is missing; returns it in words. One remedy may cost something else, which is then
     * added in the next round.
     */
    List<String> add(int index, DevicePlan plan) {
        Set<String> all = new LinkedHashSet<>();
        for (int round = 0; round < MAX_ROUNDS; round++) {
            List<Lack> lacks = patiently(() -> lacks(index, plan));
            for (Lack lack : lacks) {
                lack.remedy.run();
                all.add(lack.what);
            }
            if (lacks.isEmpty()) {
                break;
            }
        }
        return List.copyOf(all);
    }

    private List<Lack> lacks(int index, DevicePlan plan) {
        List<Lack> lacks = new ArrayList<>();
        HostNetwork.Link link = view.link(index);
        if (link == null || link.mtu() != plan.deviceMtu()) {
            int mtu = plan.deviceMtu();
            boolean forgotten = link != null && link.mtu() < MIN_IPV6_MTU && link.up();
            lacks.add(
                    new Lack(
                            "MTU " + mtu,
                            () -> {
                                if (forgotten) {
                                    bringIpv6Back(index, mtu);
                                } else {
                                    kernel.setMtu(index, mtu);
                                }
                            }));
        }
        List<HostNetwork.LinkAddress> addresses = view.addresses();
        for (Cidr address : plan.addresses()) {
            if (!addresses.contains(new HostNetwork.LinkAddress(index, address))) {
                lacks.add(new Lack("address " + address, () -> kernel.addAddress(index, address)));
            }
        }
        if (link == null || !link.up()) {
            lacks.add(new Lack("link up", () -> kernel.up(index)));
        }
        addMissingRoutes(index, plan, lacks);
        return lacks;
    }

    /** Below 1280 bytes the kernel forgets all of IPv6 on a link, and above makes an address of its own if it is up. */
    private void bringIpv6Back(int index, int mtu) {
        kernel.down(index);
        kernel.setMtu(index, mtu);
        kernel.generateNoIpv6Addresses(index);
        kernel.up(index);
    }

    /** Those of the link, and those of others to the plan's networks. */
    private List<KernelRoute> routes(int index, DevicePlan plan) {
        Set<Cidr> networks = new HashSet<>();
        plan.linkRoutes().forEach(route -> networks.add(route.network()));
        return view.routes(r -> r.link() == index || networks.contains(r.network()));
    }

    private static <T> T patiently(Supplier<T> question) {
        for (int i = 1; i < MAX_INTERRUPTED; i++) {
            try {
                return question.get();
            } catch (DumpInterrupted _) {
                // Asked again at once: who is here has begun to change the device.
            }
        }
        return question.get();
    }

    private void addMissingRoutes(int index, DevicePlan plan, List<Lack> lacks) {
        List<KernelRoute> present = routes(index, plan);
        for (LinkRoute route : plan.linkRoutes()) {
            LinkRoute wanted = unhidden(route, index, present);
            if (present.stream().noneMatch(r -> r.link() == index && isAs(r, wanted))) {
                boolean changed =
                        !wanted.network().isIpv4()
                                && present.stream()
                                        .anyMatch(r -> r.link() == index && isBeside(r, wanted));
                lacks.add(
                        new Lack(
                                "route " + wanted.network(),
                                () -> addRoute(index, wanted, changed)));
            }
        }
    }

    private void addRoute(int index, LinkRoute route, boolean changed) {
        if (changed) {
            kernel.changeRoute(index, route);
            added.removeIf(
                    r -> r.network().equals(route.network()) && r.metric() == route.metric());
        } else {
            kernel.addRoute(index, route);
        }
        added.remove(route);
        added.add(route);
    }

    /** Several IPv6 routes of one network and metric take turns: ours gets the next better metric that is free. */
    private static LinkRoute unhidden(LinkRoute route, int index, List<KernelRoute> present) {
        if (route.network().isIpv4()) {
            return route;
        }
        int metric = route.metric();
        while (metric > 1 && isTaken(route.network(), metric, index, present)) {
            metric--;
        }
        return route.withMetric(metric);
    }

    private static boolean isTaken(Cidr network, int metric, int index, List<KernelRoute> present) {
        return present.stream()
                .anyMatch(
                        r ->
                                r.link() != index
                                        && r.metric() == metric
                                        && r.network().equals(network));
    }

    private static boolean isBeside(KernelRoute there, LinkRoute wanted) {
        return there.network().equals(wanted.network()) && there.metric() == wanted.metric();
    }

    private static boolean isAs(KernelRoute there, LinkRoute wanted) {
        return isBeside(there, wanted)
                && there.mtu() == wanted.mtu()
                && there.advertisedMss() == wanted.advertisedMss()
                && (wanted.source() == null || Objects.equals(there.source(), wanted.source()));
    }

    /** Removes the routes that were added and the plan does not have, and sets its MTU. */
    void removeAllBut(int index, DevicePlan plan) {
        List<KernelRoute> present = patiently(() -> routes(index, plan));
        List<LinkRoute> kept =
                plan.linkRoutes().stream().map(r -> unhidden(r, index, present)).toList();
        for (LinkRoute route : List.copyOf(added)) {
            if (!kept.contains(route)) {
                kernel.removeRoute(index, route);
                added.remove(route);
            }
        }
    }

    @Override
    public void close() {
        kernel.close();
        view.close();
    }
}
