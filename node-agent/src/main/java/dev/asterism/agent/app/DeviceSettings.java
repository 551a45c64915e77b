package dev.asterism.agent.app;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.tun.device.DevicePlan;
import dev.asterism.tun.device.LinuxTun;
import dev.asterism.tun.libc.NativeIoException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a reload changes of the device: {@code tun.mtu}, {@code tun.routes}, {@code
 * tun.unsafe_routes}. New routes stand beside the old ones until the node has taken over. Main
 * thread.
 */
final class DeviceSettings implements ReloadStep {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    private final LinuxTun device;
    private final List<Cidr> networks;

    /**
     * @param networks of our certificate, which no reload changes
     */
    DeviceSettings(LinuxTun device, List<Cidr> networks) {
        this.device = device;
        this.networks = networks;
    }

    private record Extended(LinuxTun device, DevicePlan old, DevicePlan now) implements Undo {

        @Override
        public void run() {
            settle(device, old);
        }

        @Override
        public void complete() {
            settle(device, now);
        }
    }

    /** The device as a configuration wants it. */
    static DevicePlan plan(OverlayConfig.Tun tun, List<Cidr> networks) {
        List<DevicePlan.Route> routes = new ArrayList<>();
        for (OverlayConfig.Route route : tun.routes()) {
            routes.add(new DevicePlan.Route(route.route(), route.mtu(), 0));
        }
        for (OverlayConfig.UnsafeRoute route : tun.unsafeRoutes()) {
            if (route.install()) {
                routes.add(new DevicePlan.Route(route.route(), route.mtu(), route.metric()));
            }
        }
        return DevicePlan.of(networks, tun.mtu(), routes);
    }

    @Override
    public Undo apply(OverlayConfig running, OverlayConfig next) {
        DevicePlan old = device.plan();
        DevicePlan wanted = plan(next.tun(), networks);
        if (old.equals(wanted)) {
            return () -> {};
        }
        device.extend(wanted);
        return new Extended(device, old, wanted);
    }

    private static void settle(LinuxTun device, DevicePlan plan) {
        try {
            device.settle(plan);
        } catch (NativeIoException e) {
            LOG.atWarn()
                    .setMessage("Some routes of the tun device could not be updated")
                    .addKeyValue("error", e.getMessage())
                    .log();
        }
    }
}
