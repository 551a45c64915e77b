package dev.asterism.agent.app;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.tun.libc.NativeIoException;
import dev.asterism.tun.udp.LinuxUdp;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a reload changes of the sockets: {@code listen.read_buffer}, {@code listen.write_buffer},
 * {@code listen.so_mark}. Main thread.
 */
final class SocketSettings implements ReloadStep {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    private final List<LinuxUdp> sockets;

    SocketSettings(List<LinuxUdp> sockets) {
        this.sockets = sockets;
    }

    private record Tuned(
            SocketSettings settings, OverlayConfig.Listen old, OverlayConfig.Listen now)
            implements Undo {

        @Override
        public void run() {
            settings.restore(old);
        }

        @Override
        public void complete() {
            OffloadReport.announceBuffers(now, settings.sockets.getFirst());
        }
    }

    @Override
    public Undo apply(OverlayConfig running, OverlayConfig next) {
        OverlayConfig.Listen old = running.listen();
        OverlayConfig.Listen wanted = next.listen();
        if (isSame(old, wanted)) {
            return () -> {};
        }
        try {
            LaneAssembly.tune(sockets, wanted);
        } catch (NativeIoException e) {
            restore(old);
            throw e;
        }
        return new Tuned(this, old, wanted);
    }

    private static boolean isSame(OverlayConfig.Listen a, OverlayConfig.Listen b) {
        return a.soMark() == b.soMark()
                && a.readBuffer() == b.readBuffer()
                && a.writeBuffer() == b.writeBuffer();
    }

    private void restore(OverlayConfig.Listen listen) {
        try {
            LaneAssembly.tune(sockets, listen);
        } catch (NativeIoException e) {
            LOG.atWarn()
                    .setMessage("Could not roll back socket settings after the failed reload")
                    .addKeyValue("error", e.getMessage())
                    .log();
        }
    }
}
