package dev.asterism.tun.device;

import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.tun.libc.NativeIoException;
import dev.asterism.tun.netlink.DeviceEvents;
import dev.asterism.tun.netlink.DumpInterrupted;
import java.util.List;

/**
 * Puts back what another program takes from our device: link state, MTU, addresses, routes, and the
 * device itself. Hears of changes by netlink. One thread.
 */
public final class DeviceGuard implements DutyCycle {

    /** Programs change several things in a row; one repair then does for all. */
    private static final long SETTLE_NANOS = 100_000_000L;

    /** When what the kernel has could not be told, it is asked again so much later. */
    private static final long UNKNOWN_NANOS = 1_000_000_000L;

    private final LinuxTun device;
    private final DeviceEvents changes;
    private final Listener listener;
    private final RepairLimit limit = new RepairLimit();
    private long checkNanos = Long.MAX_VALUE;
    private long notBeforeNanos = Long.MIN_VALUE;

    /** The first turn looks: what changed before the events were asked for has no message. */
    private boolean looked;

    /** Hears of repairs, on the guard's thread. */
    public interface Listener {

        /**
         * @param what was put back, in words
         */
        void restored(List<String> what);

        /**
         * Something keeps changing the device: it is put back less often now, and no more is said about it.
         *
         * @param what is missing at present, in words
         */
        void restoredTooOften(List<String> what);

        /** The kernel refused; it is tried again. */
        void refused(NativeIoException why);
    }

    public DeviceGuard(LinuxTun device, DeviceEvents changes, Listener listener) {
        this.device = device;
        this.changes = changes;
        this.listener = listener;
    }

    @Override
    public int doWork(Tick now) {
        boolean gone =
                switch (changes.drain(device.index(), device.networks())) {
                    case NOTHING -> false;
                    case CHANGED -> {
                        long soon = Math.max(now.nanos() + SETTLE_NANOS, notBeforeNanos);
                        checkNanos = Math.min(checkNanos, soon);
                        yield false;
                    }
                    case GONE -> true;
                };
        if (looked && !gone && now.nanos() < checkNanos) {
            return 0;
        }
        looked = true;
        checkNanos = Long.MAX_VALUE;
        try {
            check(now.nanos());
        } catch (DumpInterrupted e) {
            checkNanos = now.nanos() + UNKNOWN_NANOS;
        } catch (NativeIoException e) {
            await(limit.failed(now.nanos()));
            listener.refused(e);
        }
        return 1;
    }

    private void check(long nowNanos) {
        List<String> missing = device.missing();
        if (missing.isEmpty()) {
            return;
        }
        switch (limit.ask(nowNanos)) {
            case REPAIR -> listener.restored(repair(nowNanos));
            case REPAIR_SILENTLY -> repair(nowNanos);
            case WAIT_AND_WARN -> {
                listener.restoredTooOften(missing);
                await(limit.nextNanos());
            }
            case WAIT -> await(limit.nextNanos());
        }
    }

    private List<String> repair(long nowNanos) {
        List<String> restored = device.restore();
        limit.repaired(nowNanos);
        return restored;
    }

    private void await(long nanos) {
        notBeforeNanos = nanos;
        checkNanos = nanos;
    }

    @Override
    public long nextDeadlineNanos() {
        return checkNanos;
    }

    @Override
    public String role() {
        return "device guard";
    }
}
