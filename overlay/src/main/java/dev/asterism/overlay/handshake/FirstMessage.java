package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.Credential;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.handshake.PendingHandshakes.Pending;
import dev.asterism.overlay.handshake.PendingHandshakes.Started;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelMonitor;
import org.jspecify.annotations.Nullable;

/** Makes message 1 of a handshake of ours, with one of our certificates (spec wire.md 4.2, 4.6). One thread. */
final class FirstMessage {

    private final HandshakeEnv env;
    private final HandshakeParts parts;
    private final EventSink events;
    private boolean over;

    FirstMessage(HandshakeParts parts, EventSink events) {
        this.env = parts.env();
        this.parts = parts;
        this.events = events;
    }

    /** From now on there is none. */
    void end() {
        over = true;
    }

    /**
     * Made at the first attempt and sent unchanged by every other; null without a certificate to show, and after {@link
     * #end}. A handshake that follows one which was given up sends the same, if no other would be made.
     */
    HandshakeStep.@Nullable Send of(Pending handshake, Tick now) {
        if (over) {
            return null;
        }
        Started before = handshake.started();
        if (before != null && !handshake.isTakenOver()) {
            return before.message1();
        }
        HandshakeSettings settings = env.settings().get();
        Credential shown = shownTo(handshake, settings.identity(), now);
        if (before != null) {
            boolean wouldBeTheSame =
                    before.shown().equals(shown) && before.extensions() == settings.extensions();
            if (wouldBeTheSame && !before.isOver(now) && !hasLaterTunnel(handshake, before)) {
                handshake.keepTakenOver();
                return before.message1();
            }
            parts.pending().forgetMessage1(handshake);
        }
        if (shown == null) {
            if (handshake.attempts == 1) {
                events.emit(
                        new HandshakeEvent.NoCertificate(
                                handshake.overlay, handshake.version == 1 ? 1 : 2));
            }
            return null;
        }
        HandshakeMachine machine =
                HandshakeMachine.initiator(parts.machines(), shown, settings.extensions());
        HandshakeStep.Send message1 = machine.start(now);
        parts.pending()
                .start(
                        handshake,
                        new Started(machine, message1, shown, settings.extensions(), now.nanos()));
        return message1;
    }

    /** Then Nebula up to 1.6 refuses that message 1 as too old. */
    private boolean hasLaterTunnel(Pending handshake, Started before) {
        for (Tunnel each : env.tunnels().allOf(handshake.overlay)) {
            if (each.watch().establishedNanos - before.madeNanos() > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Beside a tunnel that works it is not of a lower version than what the tunnel was made with. One that has run out
     * is shown only if no other fits.
     */
    private @Nullable Credential shownTo(Pending handshake, LocalIdentity all, Tick now) {
        LocalIdentity ours = all.validAt(now.wall());
        Tunnel beside = env.tunnels().byOverlay(handshake.overlay);
        int version = handshake.version;
        if (version == 0 && beside != null && beside.isConfirmed()) {
            version = TunnelMonitor.versionFor(beside, ours);
        }
        boolean hasRunOut = ours.ofVersion(version) == null && all.ofVersion(version) != null;
        Credential shown = ours.towards(handshake.overlay, hasRunOut ? 0 : version);
        return shown == null ? all.towards(handshake.overlay, version) : shown;
    }
}
