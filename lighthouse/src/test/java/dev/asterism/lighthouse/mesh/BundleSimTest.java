package dev.asterism.lighthouse.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.bundle.BundleEvent;
import dev.asterism.lighthouse.mesh.LyingLighthouse.Lie;
import dev.asterism.mesh.MeshHost;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.revocation.BundleHead;
import dev.asterism.overlay.revocation.RevocationBundle;
import dev.asterism.overlay.revocation.TestBundles;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimLink;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Revocations that reach everybody (F19), over lighthouses that need not be trusted. */
class BundleSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** The bar of F19. */
    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

    private static Fingerprint fingerprint(MeshHost host) {
        return host.identity().certificate().fingerprint();
    }

    private static Fingerprint ca(BundleMesh world) {
        return world.mesh.pki().ca().fingerprint();
    }

    @Seeded
    void endsEveryTunnelOfARevokedHostWithinASecond(SimMesh sim) {
        BundleMesh world = new BundleMesh(sim);
        MeshHost first = world.lighthouse("first");
        MeshHost second = world.lighthouse("second");
        MeshHost a = world.host("a");
        MeshHost b = world.host("b");
        MeshHost c = world.host("c");
        world.mesh.startAll();
        world.mesh.runFor(FIVE_SECONDS);
        world.mesh.connect(a, b);
        world.mesh.connect(a, c);
        assertThat(second.tunnelsTo(a)).isNotEmpty();

        world.give(first, world.issuer.bundle(7, fingerprint(a)));
        world.mesh.runUntil(
                b.hasTunnelsTo(a, 0)
                        .and(c.hasTunnelsTo(a, 0))
                        .and(first.hasTunnelsTo(a, 0))
                        .and(second.hasTunnelsTo(a, 0)),
                SECOND);

        long refused = a.sendTo(b, "refused");
        world.mesh.runFor(Duration.ofSeconds(20));
        assertThat(b.sim().received(refused).holds()).isFalse();
        assertThat(b.tunnelsTo(a)).isEmpty();
        world.mesh.exchange(b, c, FIVE_SECONDS);
    }

    @Seeded
    void reachesTenOfflineHostsWithinASecondOfTheirReturn(SimMesh sim) {
        BundleMesh world = new BundleMesh(sim);
        MeshHost lighthouse = world.lighthouse("lighthouse");
        MeshHost revoked = world.host("revoked");
        List<MeshHost> away = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            away.add(world.host("host" + i));
        }
        world.mesh.startAll();
        world.mesh.runFor(FIVE_SECONDS);
        away.forEach(host -> world.mesh.connect(host, revoked));
        away.forEach(host -> host.sim().crash());

        world.give(lighthouse, world.issuer.bundle(7, fingerprint(revoked)));
        world.mesh.runFor(FIVE_SECONDS);
        away.forEach(MeshHost::start);

        world.mesh.runUntil(world.haveNumber(away, "1.7"), SECOND);
        assertThat(away).allMatch(host -> host.tunnelsTo(revoked).isEmpty());
    }

    @Seeded
    void takesTheNewestWhenALighthouseOffersAnOldOne(SimMesh sim) {
        assertNotMisled(sim, Lie.OLD);
    }

    @Seeded
    void takesNothingOfALighthouseThatSendsGarbage(SimMesh sim) {
        List<MeshHost> hosts = assertNotMisled(sim, Lie.GARBAGE);

        assertThat(hosts.getFirst().sim().events(BundleEvent.Refused.class)).hasSize(1);
    }

    @Seeded
    void takesNothingThatALighthouseHasChanged(SimMesh sim) {
        List<MeshHost> hosts = assertNotMisled(sim, Lie.CHANGED);

        assertThat(hosts.getFirst().sim().events(BundleEvent.Refused.class)).hasSize(1);
    }

    @Seeded
    void doesNotWaitForALighthouseThatWithholds(SimMesh sim) {
        assertNotMisled(sim, Lie.WITHHELD);
    }

    @Seeded
    void doesNotNeedEveryLighthouse(SimMesh sim) {
        assertNotMisled(sim, Lie.SILENT);
    }

    private static List<MeshHost> assertNotMisled(SimMesh sim, Lie lie) {
        BundleMesh world = new BundleMesh(sim);
        world.liar("liar", lie);
        MeshHost honest = world.lighthouse("honest");
        MeshHost revoked = world.host("revoked");
        List<MeshHost> hosts = List.of(world.host("a"), world.host("b"), world.host("c"));
        world.mesh.startAll();
        world.mesh.runFor(FIVE_SECONDS);
        hosts.forEach(host -> world.mesh.connect(host, revoked));

        world.give(honest, world.issuer.bundle(7, fingerprint(revoked)));
        world.mesh.runUntil(world.haveNumber(hosts, "1.7"), FIVE_SECONDS);
        world.mesh.runFor(Duration.ofSeconds(30));

        assertThat(hosts).allMatch(host -> host.tunnelsTo(revoked).isEmpty());
        assertThat(hosts).allMatch(host -> "1.7".equals(String.valueOf(world.numberAt(host))));
        return hosts;
    }

    @Seeded
    void reachesAHostWhosePartitionHeals(SimMesh sim) {
        BundleMesh world = new BundleMesh(sim);
        MeshHost lighthouse = world.lighthouse("lighthouse");
        MeshHost revoked = world.host("revoked");
        MeshHost a = world.host("a");
        world.mesh.startAll();
        world.mesh.runFor(FIVE_SECONDS);
        world.mesh.connect(a, revoked);
        world.mesh.network().cut(a.sim(), lighthouse.sim());

        world.give(lighthouse, world.issuer.bundle(7, fingerprint(revoked)));
        world.mesh.keepTalking(a, revoked, SECOND, 12);
        world.mesh.network().heal(a.sim(), lighthouse.sim());

        world.mesh.runUntil(
                world.hasNumber(a, "1.7").and(a.hasTunnelsTo(revoked, 0)), FIVE_SECONDS);
    }

    @Seeded
    void neverGoesBackToAnOlderOne(SimMesh sim) {
        BundleMesh world = new BundleMesh(sim);
        MeshHost lighthouse = world.lighthouse("lighthouse");
        MeshHost a = world.host("a");
        MeshHost b = world.host("b");
        world.mesh.startAll();
        world.mesh.runFor(SECOND);
        world.give(lighthouse, world.issuer.bundle(7, fingerprint(b)));
        world.mesh.runUntil(world.hasNumber(a, "1.7"), SECOND);

        // The lighthouse is set up anew from an old backup, and learns better from the node.
        lighthouse.sim().crash();
        world.kept.put(lighthouse.name(), List.of(world.issuer.bundle(6)));
        lighthouse.start();
        world.mesh.runUntil(world.hasNumber(lighthouse, "1.7"), FIVE_SECONDS);

        world.give(lighthouse, world.issuer.bundle(6));
        world.mesh.runFor(FIVE_SECONDS);
        assertThat(world.numberAt(a)).hasToString("1.7");
        assertThat(world.numberAt(lighthouse)).hasToString("1.7");
    }

    /** By mistake, or by a thief, two lighthouses get different bundles of one number. */
    @Seeded
    void allEndWithTheSameOneOfTwoWithOneNumber(SimMesh sim) {
        BundleMesh world = new BundleMesh(sim);
        MeshHost first = world.lighthouse("first");
        MeshHost second = world.lighthouse("second");
        List<MeshHost> all =
                List.of(first, second, world.host("a"), world.host("b"), world.host("c"));
        world.mesh.startAll();
        world.mesh.runFor(FIVE_SECONDS);

        RevocationBundle one = world.issuer.bundle(7);
        RevocationBundle two = world.issuer.large(7, 3);
        world.give(first, one);
        world.give(second, two);
        world.mesh.runFor(Duration.ofSeconds(20));

        RevocationBundle counts = one.edition().isNewerThan(two.edition()) ? one : two;
        assertThat(all).allMatch(host -> world.inForceAt(host).equals(List.of(counts)));
        MeshHost corrected = counts.equals(one) ? second : first;
        assertThat(corrected.sim().events(BundleEvent.NumberUsedTwice.class)).hasSize(1);
    }

    @Seeded
    void goesByWhatItKeptWhileEveryLighthouseIsAway(SimMesh sim) {
        BundleMesh world = new BundleMesh(sim);
        MeshHost lighthouse = world.lighthouse("lighthouse");
        MeshHost a = world.host("a");
        MeshHost revoked = world.host("revoked");
        a.knows(revoked);
        revoked.knows(a);
        world.mesh.startAll();
        world.mesh.runFor(SECOND);
        world.give(lighthouse, world.issuer.bundle(7, fingerprint(revoked)));
        world.mesh.runUntil(world.hasNumber(a, "1.7"), SECOND);

        lighthouse.sim().crash();
        a.sim().crash();
        a.start();
        long refused = revoked.sendTo(a, "refused");
        a.sendTo(revoked, "refused");
        world.mesh.runFor(FIVE_SECONDS);

        assertThat(a.sim().received(refused).holds()).isFalse();
        assertThat(a.tunnelsTo(revoked)).isEmpty();
    }

    @Seeded
    void carriesTheLargestOneOverALossyPath(SimMesh sim) {
        BundleMesh world = new BundleMesh(sim);
        MeshHost lighthouse = world.lighthouse("lighthouse");
        MeshHost a = world.host("a");
        world.mesh.network().wideArea(SimLink.WIDE_AREA.withLoss(0.05));
        world.mesh.startAll();
        world.mesh.runFor(FIVE_SECONDS);

        RevocationBundle largest = world.issuer.large(7, BundleHead.MAX_ENTRIES);
        world.give(lighthouse, largest);
        world.mesh.runUntil(world.hasNumber(a, "1.7"), Duration.ofSeconds(15));
    }

    /** The thief of a delegated key has taken the last number under its delegation, and revoked the CA itself. */
    @Seeded
    void aNewDelegationEndsWhatAThiefHasSigned(SimMesh sim) {
        BundleMesh world = new BundleMesh(sim);
        MeshHost lighthouse = world.lighthouse("lighthouse");
        MeshHost a = world.host("a");
        MeshHost b = world.host("b");
        world.mesh.startAll();
        world.mesh.runFor(FIVE_SECONDS);
        world.mesh.connect(a, b);
        world.give(
                lighthouse, world.issuer.bundle(BundleHead.MAX_VERSION, fingerprint(b), ca(world)));
        world.mesh.runUntil(a.hasTunnelsTo(b, 0), SECOND);
        world.mesh.runFor(SECOND);
        assertThat(a.tunnelsTo(lighthouse)).as("the CA's other hosts").isNotEmpty();

        world.give(lighthouse, TestBundles.of(world.mesh.pki(), 2).bundle(1));
        world.mesh.runUntil(world.hasNumber(a, "2.1"), SECOND);
        world.mesh.exchange(a, b, Duration.ofSeconds(20));
    }

    /** Peers that are shown this one close their tunnels, whatever the other says. */
    @Seeded
    void tellsAHostThatOneOfItsCertificatesIsRevoked(SimMesh sim) {
        BundleMesh world = new BundleMesh(sim);
        MeshHost lighthouse = world.lighthouse("lighthouse").versions(1, 2);
        world.mesh.startAll();
        world.mesh.runFor(SECOND);

        Fingerprint first = lighthouse.identity().certificates().getFirst().fingerprint();
        world.give(lighthouse, world.issuer.bundle(7, first));
        world.mesh.runFor(SECOND);
        assertThat(lighthouse.sim().events(BundleEvent.OwnCertificateRevoked.class)).hasSize(1);
    }

    @Seeded
    void tellsAHostThatItIsRevokedItself(SimMesh sim) {
        BundleMesh world = new BundleMesh(sim);
        MeshHost lighthouse = world.lighthouse("lighthouse");
        world.host("a");
        world.mesh.startAll();
        world.mesh.runFor(SECOND);

        world.give(lighthouse, world.issuer.bundle(7, fingerprint(lighthouse)));
        world.mesh.runFor(SECOND);
        assertThat(lighthouse.sim().events(BundleEvent.OwnCertificateRevoked.class)).hasSize(1);
    }

    @Seeded
    void saysNothingToANodeThatDoesNotTakePart(SimMesh sim) {
        BundleMesh world = new BundleMesh(sim);
        MeshHost lighthouse = world.lighthouse("lighthouse");
        MeshHost stock = world.host("stock").section("asterism", "{wire_extensions: false}");
        world.mesh.startAll();
        world.mesh.runFor(SECOND);

        world.give(lighthouse, world.issuer.bundle(7));
        world.mesh.runFor(Duration.ofSeconds(15));
        assertThat(world.numberAt(stock)).isNull();
        assertThat(world.discovery(stock).counters().malformed()).isZero();
        assertThat(world.discovery(lighthouse).exchange().kept().counters().piecesSent()).isZero();
    }
}
