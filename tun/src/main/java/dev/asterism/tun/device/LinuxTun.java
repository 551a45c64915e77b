package dev.asterism.tun.device;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.NativeIoException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A TUN device that lives as long as this object. {@link #open} makes it, {@link #activate} gives
 * it addresses and brings it up, a {@link DeviceGuard} keeps it so. Every thread takes a {@link
 * #port} of its own; {@link #close} only after those threads have ended.
 *
 * <p>Changes may be asked for by the agent's main thread and the guard's.
 */
public final class LinuxTun implements AutoCloseable {

    /** Packets up to this length are read even when somebody raises the device's MTU. */
    private static final int JUMBO_BYTES = 9_216;

    private final Libc libc;
    private final TunOptions options;
    private final TunQueues queues;
    private final TunCounters counters = new TunCounters();
    private final DeviceUpkeep upkeep;
    private volatile int index;
    private volatile Set<Cidr> networks = Set.of();
    private volatile Runnable onMadeAnew = () -> {};
    private DevicePlan plan;

    private LinuxTun(Libc libc, TunOptions options, TunQueues queues) {
        this.libc = libc;
        this.options = options;
        this.queues = queues;
        plan = new DevicePlan(List.of(), options.mtu(), options.deviceMtu(), List.of());
        upkeep = new DeviceUpkeep(libc);
        index = upkeep.indexOf(queues.name());
    }

    /**
     * Makes the device; it is still down and has no address.
     *
     * @throws dev.asterism.tun.libc.NativeIoException when the name is taken, or the right or the kernel's
     *     support is missing
     */
    public static LinuxTun open(Libc libc, TunOptions options) {
        TunQueues queues = TunQueues.open(libc, options);
        try {
            return new LinuxTun(libc, options, queues);
        } catch (RuntimeException e) {
            queues.close();
            throw e;
        }
    }

    /** As {@link #activate(DevicePlan)}, with the MTU of the options and no further routes. */
    public void activate(List<Cidr> addresses) {
        activate(new DevicePlan(addresses, options.mtu(), options.deviceMtu(), List.of()));
    }

    /**
     * Sets MTU and queue length, adds the addresses, brings the link up and adds the routes.
     * Packets for an IPv6 address are delivered only some milliseconds later, when a worker of the
     * kernel has run.
     */
    public synchronized void activate(DevicePlan wanted) {
        upkeep.prepare(index, options.transmitQueue());
        enforce(wanted);
        upkeep.add(index, wanted);
    }

    private void enforce(DevicePlan wanted) {
        plan = wanted;
        Set<Cidr> all = new LinkedHashSet<>();
        wanted.linkRoutes().forEach(route -> all.add(route.network()));
        networks = Collections.unmodifiableSet(all);
    }

    /** What is in force. */
    public synchronized DevicePlan plan() {
        return plan;
    }

    /**
     * Adds what another plan has and this device has not; routes that it has already stay until
     * {@link #settle}, which with the old plan takes all of it back.
     *
     * @throws dev.asterism.tun.libc.NativeIoException when the kernel refuses; nothing of it stays then
     */
    public synchronized void extend(DevicePlan next) {
        DevicePlan before = plan;
        try {
            if (!queues.isParked()) {
                upkeep.add(index, next);
            }
            enforce(next);
        } catch (RuntimeException e) {
            settle(before);
            throw e;
        }
    }

    /** Makes the kernel have this plan and nothing else that was added before. */
    public synchronized void settle(DevicePlan only) {
        enforce(only);
        if (!queues.isParked()) {
            upkeep.add(index, only);
            upkeep.removeAllBut(index, only);
        }
    }

    /**
     * What the plan has and the kernel has not, in words. When the device itself is missing its
     * queues give and take nothing from here on.
     */
    synchronized List<String> missing() {
        if (!queues.isParked() && upkeep.exists(index)) {
            return upkeep.missing(index, plan);
        }
        queues.park();
        return List.of("device " + queues.name());
    }

    /** Puts back what is missing, the device too; returns it in words. */
    synchronized List<String> restore() {
        if (!queues.isParked() && upkeep.exists(index)) {
            return upkeep.add(index, plan);
        }
        queues.park();
        TunQueues fresh = TunQueues.open(libc, options.withName(queues.name()));
        if (fresh.offload() != queues.offload()) {
            String text = "offloads are " + fresh.offload() + " now and were " + queues.offload();
            fresh.close();
            throw new NativeIoException("make device " + queues.name() + " anew", 0, text);
        }
        int made = indexOf(fresh);
        queues.adopt(fresh);
        index = made;
        onMadeAnew.run();
        upkeep.prepare(index, options.transmitQueue());
        upkeep.add(index, plan);
        return List.of("device " + queues.name());
    }

    private int indexOf(TunQueues fresh) {
        try {
            int made = upkeep.indexOf(fresh.name());
            if (made == 0) {
                String call = "make device " + fresh.name() + " anew";
                throw new NativeIoException(call, Errno.ENODEV, "it was deleted again at once");
            }
            return made;
        } catch (NativeIoException e) {
            fresh.close();
            throw e;
        }
    }

    /**
     * Names who hears that the device was made anew; called on the guard's thread. Whoever sleeps
     * on a queue's descriptor must be woken then, as the sleep is on what the descriptor meant
     * before.
     */
    public void onMadeAnew(Runnable listener) {
        onMadeAnew = listener;
    }

    /** The networks of all routes of the plan in force. */
    Set<Cidr> networks() {
        return networks;
    }

    /** A port on the first queue, for one thread; the caller closes it when that thread has ended. */
    public LinuxTunPort port() {
        return port(0);
    }

    /** A port on queue {@code queue}, counted from 0. */
    public LinuxTunPort port(int queue) {
        return new LinuxTunPort(libc, this, queues.fd(queue));
    }

    /**
     * The first queue's file descriptor for {@link dev.asterism.tun.poll.EventLoop#watch}. Still
     * owned and closed by this object.
     */
    public int fd() {
        return queues.fd(0);
    }

    public int fd(int queue) {
        return queues.fd(queue);
    }

    /** The real name, also when the kernel chose it. */
    public String name() {
        return queues.name();
    }

    /** The link's index; another one after the device was made anew. Any thread. */
    public int index() {
        return index;
    }

    /** What the kernel granted of what was asked for. */
    public TunOffload offload() {
        return queues.offload();
    }

    int maxPacketBytes() {
        return Math.max(options.deviceMtu(), JUMBO_BYTES);
    }

    public TunCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        upkeep.close();
        queues.close();
    }
}
