package dev.asterism.overlay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.tunnel.TunnelTable.TunnelRank;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scenarios A5.4 to A5.7 of the conformance list: decisions of the connection monitor under a given clock. */
class TunnelMonitorTest {

    private static final long SECOND = 1_000_000_000L;

    private final TestTunnels tunnels = new TestTunnels();
    private final TunnelTable table = new TunnelTable();
    private final TunnelMonitor monitor =
            new TunnelMonitor(table, new TunnelMonitor.Settings(5 * SECOND, 10 * SECOND));
    private boolean disconnectInvalid = true;
    private boolean dropInactive;
    private Blocklist blocklist = Blocklist.EMPTY;
    private LocalIdentity ours = tunnels.ours();
    private long seconds = 100;

    @Test
    void a5_4_trafficBothWaysKeepsTheTunnel() {
        Tunnel tunnel = add(TunnelRank.PRIMARY);
        in(tunnel);

        assertThat(check(tunnel))
                .isEqualTo(new TunnelMonitor.Decision(TunnelAction.KEEP, false, 5 * SECOND));
    }

    @Test
    void a5_4_silenceAfterSendingMeansATestAndThenTheEnd() {
        Tunnel tunnel = add(TunnelRank.PRIMARY);

        assertThat(check(tunnel))
                .isEqualTo(new TunnelMonitor.Decision(TunnelAction.TEST, false, 10 * SECOND));
        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.REMOVE_DEAD);
    }

    @Test
    void a5_4_anAnswerInTimeRevivesIt() {
        Tunnel tunnel = add(TunnelRank.PRIMARY);
        check(tunnel);
        in(tunnel);

        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.KEEP);
        out(tunnel);
        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.TEST);
    }

    @Test
    void inboundOnlyTrafficEarnsAPunch() {
        Tunnel tunnel = add(TunnelRank.PRIMARY);
        in(tunnel);
        check(tunnel);
        in(tunnel);

        assertThat(check(tunnel))
                .isEqualTo(new TunnelMonitor.Decision(TunnelAction.KEEP, true, 5 * SECOND));
    }

    @Test
    void aSilentSecondaryGoesWithoutATest() {
        add(TunnelRank.PRIMARY);
        Tunnel second = add(TunnelRank.SECONDARY);

        assertThat(check(second))
                .isEqualTo(new TunnelMonitor.Decision(TunnelAction.KEEP, false, 10 * SECOND));
        assertThat(check(second).action()).isEqualTo(TunnelAction.REMOVE_DEAD);
    }

    @Test
    void a5_5_countersDecideAboutHandshakeAndEnd() {
        Tunnel tunnel = add(TunnelRank.PRIMARY);
        in(tunnel);
        tunnel.session().advanceCounterTo(Session.REHANDSHAKE_AT - 1);
        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.KEEP);

        in(tunnel);
        tunnel.session().advanceCounterTo(Session.REHANDSHAKE_AT);
        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.REHANDSHAKE);

        tunnel.session().advanceCounterTo(Session.REFUSE_AT);
        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.REMOVE_EXHAUSTED);
    }

    @Test
    void onlyTheEndWithTheLowerAddressSwapsThePrimary() {
        add(TunnelRank.PRIMARY);
        Tunnel second = add(TunnelRank.SECONDARY);
        in(second);
        assertThat(check(second).action()).isEqualTo(TunnelAction.MAKE_PRIMARY);

        Tunnel below = tunnels.initiated("below", "10.42.0.4/16");
        table.add(tunnels.initiated("below", "10.42.0.4/16"), TunnelRank.PRIMARY);
        table.add(below, TunnelRank.SECONDARY);
        in(below);
        assertThat(check(below).action()).isEqualTo(TunnelAction.KEEP);
    }

    @Test
    void theSessionThatThePeerUsedLastStaysPrimary() {
        Tunnel older = add(TunnelRank.PRIMARY);
        in(older);
        Tunnel newer = add(TunnelRank.PRIMARY);
        seconds += 1;
        in(newer);

        assertThat(check(older).action()).isEqualTo(TunnelAction.KEEP);
    }

    @Test
    void answersToTestsAreNoReasonToSwap() {
        add(TunnelRank.PRIMARY);
        Tunnel second = add(TunnelRank.SECONDARY);
        second.traffic().countIn(1, 100);

        assertThat(check(second).action()).isEqualTo(TunnelAction.KEEP);
    }

    @Test
    void aTunnelOfAnOldCertificateIsNeitherSwappedToNorKept() {
        Tunnel first = add(TunnelRank.PRIMARY);
        Tunnel second = add(TunnelRank.SECONDARY);
        ours = tunnels.pki().host("me", "10.42.0.5/16", "new");
        in(first);
        in(second);

        assertThat(check(second).action()).isEqualTo(TunnelAction.KEEP);
        assertThat(check(first).action()).isEqualTo(TunnelAction.REHANDSHAKE);
    }

    /** Spec wire.md 6.3 and 6.4: what counts is the certificate that the tunnel was made with. */
    @Test
    void aRenewedCertificateThatTheTunnelDidNotShowChangesNothing() {
        KeyPair key = tunnels.pki().key();
        TestPki.ToSign v1 = TestPki.certificate(1, TestPki.subject("me", "10.42.0.5/16"));
        ours = tunnels.pki().host(key, v1, TestPki.certificate(2, v1.subject()));
        Tunnel tunnel = tunnels.shownTo(ours.certificates().getFirst(), "10.42.0.9/16");
        table.add(tunnel, TunnelRank.PRIMARY);
        monitor.begin(tunnel, now());
        Subject renewed = TestPki.subject("renewed", "10.42.0.5/16");

        in(tunnel);
        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.KEEP);
        ours = tunnels.pki().host(key, v1, TestPki.certificate(2, renewed));
        in(tunnel);
        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.KEEP);
        ours = ours.initiating(2);
        in(tunnel);
        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.REHANDSHAKE);
        ours =
                tunnels.pki()
                        .host(
                                key,
                                TestPki.certificate(1, renewed),
                                TestPki.certificate(2, renewed));
        in(tunnel);
        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.REHANDSHAKE);
        assertThat(TunnelMonitor.versionFor(tunnel, ours)).isEqualTo(1);
        ours = tunnels.pki().host(key, TestPki.certificate(2, renewed));
        in(tunnel);
        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.REHANDSHAKE);
        assertThat(TunnelMonitor.versionFor(tunnel, ours)).isZero();
    }

    /** The other one is shown before the peer ends the tunnel; one for the other addresses only is left alone. */
    @Test
    void aCertificateThatHasRunOutIsReplacedByTheOtherVersion() {
        Subject valid = TestPki.subject("me", "10.42.0.5/16");
        Subject over =
                new Subject(
                        valid.name(),
                        valid.networks(),
                        valid.unsafeNetworks(),
                        valid.groups(),
                        valid.notBefore(),
                        TestPki.NOW.plusSeconds(10).getEpochSecond());
        ours =
                tunnels.pki()
                        .host(
                                tunnels.pki().key(),
                                TestPki.certificate(1, valid),
                                TestPki.certificate(2, over));
        Tunnel tunnel =
                tunnels.shownTo(ours.certificates().getLast(), "10.42.0.9/16", "10.43.0.9/16");
        table.add(tunnel, TunnelRank.PRIMARY);
        monitor.begin(tunnel, now());

        in(tunnel);
        assertThat(monitor.check(tunnel, policy(), ours, at(9)).action())
                .isNotEqualTo(TunnelAction.REHANDSHAKE);
        in(tunnel);
        assertThat(monitor.check(tunnel, policy(), ours, at(11)).action())
                .isEqualTo(TunnelAction.REHANDSHAKE);
        table.add(
                tunnels.shownTo(ours.certificates().getFirst(), "10.42.0.9/16"),
                TunnelRank.PRIMARY);
        in(tunnel);
        assertThat(monitor.check(tunnel, policy(), ours, at(16)).action())
                .isEqualTo(TunnelAction.KEEP);
    }

    /** A tunnel for the first address only stands beside one for all: neither is in the other's way. */
    @Test
    void aTunnelIsPrimaryAsLongAsOneOfItsAddressesUsesIt() {
        Tunnel all = tunnels.initiated("peer", "10.42.0.9/16", "10.42.1.9/16");
        table.add(all, TunnelRank.PRIMARY);
        monitor.begin(all, now());
        Tunnel first = add(TunnelRank.PRIMARY);

        assertThat(table.byOverlay(first.primaryAddress())).isSameAs(first);
        assertThat(table.isPrimary(all)).isTrue();
        out(all);
        assertThat(check(all).action())
                .as("asked before it is given up")
                .isEqualTo(TunnelAction.TEST);
    }

    @Test
    void a5_6_inactivityClosesOnlyWhenAskedTo() {
        Tunnel tunnel = add(TunnelRank.PRIMARY);
        in(tunnel);
        check(tunnel);
        seconds += 599;
        assertThat(check(tunnel))
                .isEqualTo(new TunnelMonitor.Decision(TunnelAction.KEEP, true, 5 * SECOND));
        seconds += 1;
        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.KEEP);

        dropInactive = true;
        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.CLOSE_INACTIVE);
    }

    @Test
    void a5_7_anExpiredCertificateEndsTheTunnelUnlessToldOtherwise() {
        long expiry = TestPki.NOW.getEpochSecond() + 60;
        Subject subject = TestPki.subject("brief", "10.42.0.9/16");
        Subject brief =
                new Subject(
                        "brief",
                        subject.networks(),
                        List.of(),
                        List.of(),
                        subject.notBefore(),
                        expiry);
        Tunnel tunnel = tunnels.tunnel(true, Bytes.EMPTY, tunnels.pki().host(brief).certificate());
        table.add(tunnel, TunnelRank.PRIMARY);
        monitor.begin(tunnel, at(0));

        in(tunnel);
        assertThat(monitor.check(tunnel, policy(), ours, at(45)).action())
                .isEqualTo(TunnelAction.KEEP);
        in(tunnel);
        assertThat(monitor.check(tunnel, policy(), ours, at(61)).action())
                .isEqualTo(TunnelAction.CLOSE_INVALID);
        disconnectInvalid = false;
        in(tunnel);
        assertThat(monitor.check(tunnel, policy(), ours, at(61)).action())
                .isEqualTo(TunnelAction.KEEP);
    }

    @Test
    void aBlocklistedPeerGoesEvenWhereInvalidOnesMayStay() {
        Tunnel tunnel = add(TunnelRank.PRIMARY);
        disconnectInvalid = false;
        blocklist =
                Blocklist.parse(List.of(tunnel.peer().certificate().fingerprint().toString()))
                        .blocklist();
        in(tunnel);

        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.CLOSE_INVALID);
    }

    @Test
    void ourOwnPauseIsForgiven() {
        Tunnel tunnel = add(TunnelRank.PRIMARY);
        check(tunnel);
        monitor.forgiveSilence();

        assertThat(check(tunnel).action()).isEqualTo(TunnelAction.KEEP);
    }

    private Tunnel add(TunnelRank standing) {
        Tunnel tunnel = tunnels.initiated("peer", "10.42.0.9/16");
        table.add(tunnel, standing);
        monitor.begin(tunnel, now());
        return tunnel;
    }

    private void in(Tunnel tunnel) {
        tunnel.traffic().countIn(1, 100);
        tunnel.traffic().markPeerUsed(now().nanos());
    }

    private static void out(Tunnel tunnel) {
        tunnel.traffic().countOut(100);
    }

    private TunnelMonitor.Decision check(Tunnel tunnel) {
        return monitor.check(tunnel, policy(), ours, now());
    }

    private TunnelMonitor.Policy policy() {
        return new TunnelMonitor.Policy(
                tunnels.pki().pool().withBlocklist(blocklist),
                disconnectInvalid,
                dropInactive,
                600 * SECOND);
    }

    private Tick now() {
        return new Tick(seconds * SECOND, TestPki.NOW);
    }

    private static Tick at(long second) {
        return new Tick(second * SECOND, TestPki.NOW.plusSeconds(second));
    }
}
