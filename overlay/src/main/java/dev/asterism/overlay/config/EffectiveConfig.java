package dev.asterism.overlay.config;

import dev.asterism.overlay.config.OverlayConfig.Asterism;
import dev.asterism.overlay.config.OverlayConfig.Lighthouse;
import dev.asterism.overlay.config.OverlayConfig.Listen;
import dev.asterism.overlay.config.OverlayConfig.Stats;
import dev.asterism.overlay.config.OverlayConfig.Timers;
import dev.asterism.overlay.config.OverlayConfig.Tun;
import java.util.ArrayList;
import java.util.List;

/**
 * What is in force after a reload: the new files, but for the keys that are read at the start only,
 * which stay as they run. So {@link ConfigDiff} between this and the files names exactly what a
 * restart would change, and nothing once the files go back to what runs.
 */
public final class EffectiveConfig {

    private EffectiveConfig() {}

    /**
     * @param running what is in force now
     * @param files what was read
     */
    public static OverlayConfig after(OverlayConfig running, OverlayConfig files) {
        return new OverlayConfig(
                files.pki(),
                running.cipher(),
                files.staticHostMap(),
                files.staticMap(),
                lighthouse(running.lighthouse(), files.lighthouse()),
                listen(running.listen(), files.listen()),
                files.punchy(),
                files.preferredRanges(),
                files.relay(),
                running.handshakes(),
                timers(running.timers(), files.timers()),
                files.counters(),
                files.tunnels(),
                tun(running.tun(), files.tun()),
                files.firewall(),
                files.logging(),
                stats(running.stats(), files.stats()),
                running.routines(),
                asterism(running.asterism(), files.asterism()),
                bound(running, files));
    }

    private static Lighthouse lighthouse(Lighthouse running, Lighthouse files) {
        return new Lighthouse(
                running.amLighthouse(),
                files.interval(),
                files.hosts(),
                files.remoteAllowList(),
                files.remoteAllowRanges(),
                files.localAllowList(),
                files.localAllowInterfaces(),
                files.advertiseAddrs(),
                files.calculatedRemotes());
    }

    private static Listen listen(Listen running, Listen files) {
        return new Listen(
                running.address(),
                running.batch(),
                files.readBuffer(),
                files.writeBuffer(),
                files.soMark(),
                files.sendRecvError(),
                files.acceptRecvError(),
                running.udpOffloads());
    }

    private static Timers timers(Timers running, Timers files) {
        return new Timers(
                running.connectionAliveInterval(),
                running.pendingDeletionInterval(),
                files.requeryWaitDuration());
    }

    private static Tun tun(Tun running, Tun files) {
        return new Tun(
                running.disabled(),
                running.dev(),
                files.mtu(),
                running.txQueue(),
                running.dropLocalBroadcast(),
                running.dropMulticast(),
                files.routes(),
                files.unsafeRoutes(),
                running.useOffloads());
    }

    private static Stats stats(Stats running, Stats files) {
        return new Stats(
                files.type(),
                files.interval(),
                files.host(),
                files.protocol(),
                files.prefix(),
                files.listen(),
                files.path(),
                files.namespace(),
                files.subsystem(),
                running.messageMetrics(),
                running.lighthouseMetrics());
    }

    private static Asterism asterism(Asterism running, Asterism files) {
        return new Asterism(
                running.maxTrackedFlows(), files.wireExtensions(), files.pathMtu(), files.paths());
    }

    private static List<SectionBinding.Bound<?>> bound(OverlayConfig running, OverlayConfig files) {
        KeyTree known = KeyTree.ofKnownKeys();
        List<SectionBinding.Bound<?>> bound = new ArrayList<>();
        running.bound().forEach(one -> bound.add(one.after(files, known)));
        return bound;
    }
}
