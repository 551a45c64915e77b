package dev.asterism.agent.app;

import dev.asterism.tun.device.DeviceGuard;
import dev.asterism.tun.libc.NativeIoException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what another program took from our device and what was put back. The guard's thread. */
final class DeviceReport implements DeviceGuard.Listener {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    private final String device;

    DeviceReport(String device) {
        this.device = device;
    }

    @Override
    public void restored(List<String> what) {
        LOG.atWarn()
                .setMessage("Another program changed the tun device; restored it")
                .addKeyValue("interface", device)
                .addKeyValue("restored", what)
                .log();
    }

    @Override
    public void restoredTooOften(List<String> what) {
        LOG.atWarn()
                .setMessage(
                        "Another program keeps changing the tun device; restoring it at most 5"
                                + " times a minute. Further repairs are not logged until it has been"
                                + " quiet for a minute")
                .addKeyValue("interface", device)
                .addKeyValue("missing", what)
                .log();
    }

    @Override
    public void refused(NativeIoException why) {
        LOG.atWarn()
                .setMessage("The tun device could not be restored; trying again")
                .addKeyValue("interface", device)
                .addKeyValue("error", why.getMessage())
                .log();
    }
}
