package dev.asterism.overlay.tunnel;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Credential;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.Verification;
import dev.asterism.overlay.io.Tick;
import org.jspecify.annotations.Nullable;

/**
 * Decides, at each check of a tunnel, what becomes of it (spec wire.md 6.2 to 6.4). It only decides and keeps its
 * own marks in {@link Tunnel.Watch}; the control plane acts.
 */
public final class TunnelMonitor {

    /**
     * @param aliveNanos between checks of a tunnel that lives
     * @param deletionNanos how long a silent peer has after a test
     */
    public record Settings(long aliveNanos, long deletionNanos) {}

    /** What a reload may change. */
    public record Policy(
            CaPool cas, boolean disconnectInvalid, boolean dropInactive, long inactivityNanos) {}

    /**
     * @param punch send a keepalive punch as well
     * @param recheckNanos from now; of no meaning when the tunnel goes
     */
    public record Decision(TunnelAction action, boolean punch, long recheckNanos) {}

    private final TunnelTable table;
    private final Settings settings;

    public TunnelMonitor(TunnelTable table, Settings settings) {
        this.table = table;
        this.settings = settings;
    }

    /** Call when a tunnel is added; a new one counts as having sent something. */
    public void begin(Tunnel tunnel, Tick now) {
        tunnel.watch().seenOut = -1;
        tunnel.watch().lastUsedNanos = now.nanos();
        tunnel.watch().establishedNanos = now.nanos();
        tunnel.watch().quality.begin(tunnel, now.nanos());
    }

    public long firstCheckNanos() {
        return settings.aliveNanos;
    }

    /**
     * @param ours our certificates of the moment
     */
    public Decision check(Tunnel tunnel, Policy policy, LocalIdentity ours, Tick now) {
        Tunnel.Watch watch = tunnel.watch();
        boolean in = tunnel.traffic().packetsIn() != watch.seenIn;
        boolean out = tunnel.traffic().packetsOut() != watch.seenOut;
        watch.seenIn = tunnel.traffic().packetsIn();
        watch.seenOut = tunnel.traffic().packetsOut();
        if (in || out) {
            watch.lastUsedNanos = now.nanos();
        }
        if (mustDisconnect(tunnel, policy, now)) {
            return gone(TunnelAction.CLOSE_INVALID);
        }
        if (tunnel.session().isExhausted()) {
            return gone(TunnelAction.REMOVE_EXHAUSTED);
        }
        if (in) {
            watch.pendingDeletion = false;
            return new Decision(whenAlive(tunnel, ours, now), !out, settings.aliveNanos);
        }
        if (watch.pendingDeletion) {
            return gone(TunnelAction.REMOVE_DEAD);
        }
        return whenSilent(tunnel, out, policy, now);
    }

    /** True when the peer's certificate is blocklisted, or invalid while we insist on valid ones. */
    public boolean mustDisconnect(Tunnel tunnel, Policy policy, Tick now) {
        return refusal(tunnel, policy, now) != null;
    }

    /** Why the tunnel must end, by its peer's certificate; null when it may stay. */
    public Verification.@Nullable Refused refusal(Tunnel tunnel, Policy policy, Tick now) {
        return switch (policy.cas().recheck(tunnel.peer(), now.wall())) {
            case Verification.Accepted _ -> null;
            case Verification.Refused refused -> {
                boolean blocked = refused.reason() == Verification.Reason.BLOCKLISTED;
                yield policy.disconnectInvalid() || blocked ? refused : null;
            }
        };
    }

    private static Decision gone(TunnelAction action) {
        return new Decision(action, false, 0);
    }

    private TunnelAction whenAlive(Tunnel tunnel, LocalIdentity ours, Tick now) {
        if (table.isPrimary(tunnel)) {
            // A handshake for the first address cannot replace one that has only the others.
            boolean forFirst = table.byOverlay(tunnel.primaryAddress()) == tunnel;
            LocalIdentity choice = forFirst ? ours.validAt(now.wall()) : ours;
            return wantsRehandshake(tunnel, choice) ? TunnelAction.REHANDSHAKE : TunnelAction.KEEP;
        }
        return isChosenByPeer(tunnel) && maySwap(tunnel, ours)
                ? TunnelAction.MAKE_PRIMARY
                : TunnelAction.KEEP;
    }

    /**
     * A peer up to 1.6 forgets a session when a newer one is made, so packets that arrived on the older one before
     * that do not mean that it could carry ours.
     */
    private boolean isChosenByPeer(Tunnel tunnel) {
        Tunnel primary = table.byOverlay(tunnel.primaryAddress());
        return primary == null || tunnel.traffic().peerUsedMoreRecentlyThan(primary.traffic());
    }

    private Decision whenSilent(Tunnel tunnel, boolean out, Policy policy, Tick now) {
        if (!table.isPrimary(tunnel)) {
            tunnel.watch().pendingDeletion = true;
            return new Decision(TunnelAction.KEEP, false, settings.deletionNanos);
        }
        if (out) {
            tunnel.watch().pendingDeletion = true;
            return new Decision(TunnelAction.TEST, false, settings.deletionNanos);
        }
        boolean inactive = now.nanos() - tunnel.watch().lastUsedNanos >= policy.inactivityNanos();
        if (policy.dropInactive() && inactive) {
            return gone(TunnelAction.CLOSE_INACTIVE);
        }
        return new Decision(TunnelAction.KEEP, true, settings.aliveNanos);
    }

    static boolean wantsRehandshake(Tunnel tunnel, LocalIdentity ours) {
        Certificate used = tunnel.origin().ourCertificate();
        Credential current = ours.ofVersion(used.version());
        return current == null
                || !isSame(used, current.certificate())
                || versionFor(tunnel, ours) != used.version()
                || tunnel.session().wantsRehandshake();
    }

    /**
     * The version of the certificate that the next handshake with the peer of this tunnel shows: as
     * that of the peer, or as the configuration says, if that is higher than what the tunnel was made
     * with (spec wire.md 6.4). It is never lower, as a tunnel of version 2 may serve addresses that
     * one of version 1 cannot. 0, for what the configuration says, when that version is gone.
     */
    public static int versionFor(Tunnel tunnel, LocalIdentity ours) {
        int used = tunnel.origin().ourCertificate().version();
        int peers = tunnel.peer().certificate().version();
        if (ours.ofVersion(used) == null) {
            return 0;
        }
        return used < peers && ours.ofVersion(peers) != null
                ? peers
                : Math.max(used, ours.initiatingVersion());
    }

    /** Only the end with the lower address swaps, so that both do not chase each other. */
    static boolean maySwap(Tunnel tunnel, LocalIdentity ours) {
        Certificate used = tunnel.origin().ourCertificate();
        Credential current = ours.ofVersion(used.version());
        return tunnel.primaryAddress().compareTo(ours.primary()) >= 0
                && !tunnel.session().wantsRehandshake()
                && (current == null || isSame(used, current.certificate()));
    }

    private static boolean isSame(Certificate used, Certificate current) {
        return used.signature().equals(current.signature());
    }

    /**
     * We ourselves stood still (sleep, a stopped process): silence of that time is not the peer's, so nobody is
     * given up for it.
     */
    public void forgiveSilence() {
        table.all().forEach(tunnel -> tunnel.watch().pendingDeletion = false);
    }
}
