package dev.asterism.lighthouse.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.services.ServiceEvent;
import dev.asterism.lighthouse.services.ServicesView;
import dev.asterism.lighthouse.services.ServicesView.Verdict;
import dev.asterism.mesh.MeshHost;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.sim.Condition;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimLink;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Services in whole meshes: lighthouses that come and go, partitions, and members that offer what they may not. */
class ServiceSimTest {

    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);
    private static final Duration HALF_MINUTE = Duration.ofSeconds(30);

    /** A mesh whose hosts offer and call "shop". */
    private static final class World {

        private final BundleMesh world;

        World(SimMesh sim) {
            world = new BundleMesh(sim);
        }

        MeshHost host(String name, String... groups) {
            return world.host(name).groups(groups);
        }

        MeshHost lighthouse(String name) {
            return world.lighthouse(name);
        }

        void start() {
            world.mesh.startAll();
            runFor(FIVE_SECONDS);
        }

        /** Starts all hosts, offers what the shops have, and waits until the caller uses them all. */
        void startWith(MeshHost caller, MeshHost... shops) {
            start();
            for (MeshHost shop : shops) {
                offer(shop, true);
            }
            call(caller);
            awaitUses(FIVE_SECONDS, caller, shops);
        }

        void runFor(Duration time) {
            world.mesh.runFor(time);
        }

        void offer(MeshHost host, boolean healthy) {
            offers(host, List.of(new OfferedService("shop", "v1", 8080, 1, healthy)));
        }

        void offers(MeshHost host, List<OfferedService> all) {
            world.discovery(host).services(world.now()).offer(all, world.now());
            host.sim().wake();
        }

        void call(MeshHost host) {
            world.discovery(host).services(world.now()).want(Set.of("shop"), world.now());
            host.sim().wake();
        }

        ServicesView view(MeshHost host) {
            return world.discovery(host).services(world.now()).view(world.now());
        }

        ServicesView.Wanted shop(MeshHost host) {
            return Objects.requireNonNull(view(host).wanted().get("shop"));
        }

        Set<String> usable(MeshHost host) {
            Set<String> usable = new TreeSet<>();
            for (ServicesView.Endpoint one : shop(host).endpoints()) {
                if (one.verdict() == Verdict.USABLE) {
                    usable.add(one.entry().host().toString());
                }
            }
            return usable;
        }

        /** Runs until the caller uses these hosts and no others, which must come within the time. */
        void awaitUses(Duration within, MeshHost caller, MeshHost... hosts) {
            Set<String> wanted = new TreeSet<>();
            for (MeshHost host : hosts) {
                wanted.add(host.address().toString());
            }
            world.mesh.runUntil(
                    Condition.of(
                            caller.name() + " uses " + wanted, () -> usable(caller).equals(wanted)),
                    within);
        }
    }

    @Seeded
    void spreadsWhatChangesWithinTwoSeconds(SimMesh sim) {
        World mesh = new World(sim);
        mesh.lighthouse("first");
        mesh.lighthouse("second");
        MeshHost a = mesh.host("a", "shop");
        MeshHost b = mesh.host("b", "shop");
        MeshHost caller = mesh.host("caller");
        mesh.start();

        mesh.offer(a, true);
        mesh.offer(b, true);
        mesh.call(caller);
        mesh.awaitUses(TWO_SECONDS, caller, a, b);
        mesh.offer(a, false);
        mesh.awaitUses(TWO_SECONDS, caller, b);
        mesh.offer(a, true);
        mesh.awaitUses(TWO_SECONDS, caller, a, b);
        mesh.offers(b, List.of());
        mesh.awaitUses(TWO_SECONDS, caller, a);
    }

    @Seeded
    void spreadsOverALossyPath(SimMesh sim) {
        World mesh = new World(sim);
        mesh.lighthouse("first");
        MeshHost a = mesh.host("a", "shop");
        MeshHost b = mesh.host("b", "shop");
        MeshHost caller = mesh.host("caller");
        mesh.world.mesh.network().wideArea(SimLink.WIDE_AREA.withLoss(0.05));
        mesh.startWith(caller, a, b);

        mesh.offer(a, false);
        mesh.awaitUses(TWO_SECONDS, caller, b);
    }

    @Seeded
    void goesOnWithWhatItKnewWhileEveryLighthouseIsAway(SimMesh sim) {
        World mesh = new World(sim);
        MeshHost first = mesh.lighthouse("first");
        MeshHost second = mesh.lighthouse("second");
        MeshHost a = mesh.host("a", "shop");
        MeshHost b = mesh.host("b", "shop");
        MeshHost caller = mesh.host("caller");
        mesh.startWith(caller, a, b);

        first.sim().crash();
        second.sim().crash();
        for (int i = 0; i < 12; i++) {
            mesh.runFor(FIVE_SECONDS);
            assertThat(mesh.usable(caller)).hasSize(2);
        }
        assertThat(mesh.shop(caller).lastGood()).isTrue();
        assertThat(caller.sim().events(ServiceEvent.FellBack.class)).isEmpty();

        first.start();
        mesh.runFor(HALF_MINUTE);
        assertThat(mesh.usable(caller)).hasSize(2);
        assertThat(mesh.shop(caller).lastGood()).isFalse();
    }

    /** One that was started anew knows nobody, and nobody loses an endpoint by that. */
    @Seeded
    void aRestartOfALighthouseTakesNoEndpointAway(SimMesh sim) {
        World mesh = new World(sim);
        MeshHost first = mesh.lighthouse("first");
        MeshHost a = mesh.host("a", "shop");
        MeshHost caller = mesh.host("caller");
        mesh.startWith(caller, a);

        first.loseState();
        for (int i = 0; i < 160; i++) {
            mesh.runFor(Duration.ofMillis(250));
            assertThat(mesh.usable(caller)).hasSize(1);
        }
    }

    @Seeded
    void aPartitionFromOneLighthouseOfTwoHidesNothing(SimMesh sim) {
        World mesh = new World(sim);
        MeshHost first = mesh.lighthouse("first");
        mesh.lighthouse("second");
        MeshHost a = mesh.host("a", "shop");
        MeshHost caller = mesh.host("caller");
        mesh.startWith(caller, a);

        mesh.world.mesh.network().cut(caller.sim(), first.sim());
        mesh.offer(a, false);
        mesh.awaitUses(TWO_SECONDS, caller);
        mesh.runFor(HALF_MINUTE);
        mesh.offer(a, true);
        mesh.awaitUses(TWO_SECONDS, caller, a);
        mesh.world.mesh.network().heal(caller.sim(), first.sim());
        mesh.runFor(HALF_MINUTE);
        assertThat(mesh.usable(caller)).hasSize(1);
    }

    @Seeded
    void refusesAMemberWhoseCertificateDoesNotAllowIt(SimMesh sim) {
        World mesh = new World(sim);
        MeshHost first = mesh.lighthouse("first");
        MeshHost a = mesh.host("a", "shop");
        MeshHost thief = mesh.host("thief", "web");
        MeshHost caller = mesh.host("caller");
        mesh.start();
        mesh.offer(a, true);
        mesh.offer(thief, true);
        mesh.call(caller);
        mesh.awaitUses(FIVE_SECONDS, caller, a);
        mesh.runFor(HALF_MINUTE);

        assertThat(mesh.usable(caller)).containsExactly(a.address().toString());
        assertThat(first.sim().events(ServiceEvent.Refused.class))
                .containsExactly(
                        new ServiceEvent.Refused(
                                thief.address(),
                                "thief",
                                "shop",
                                "its certificate has no group of that name"));
        assertThat(thief.sim().events(ServiceEvent.OwnRefused.class)).hasSize(1);
    }

    /** A host whose new certificate lacks the group leaves, by both who check. */
    @Seeded
    void aHostThatLosesItsGroupLeaves(SimMesh sim) {
        World mesh = new World(sim);
        mesh.lighthouse("first");
        MeshHost a = mesh.host("a", "shop");
        MeshHost caller = mesh.host("caller");
        mesh.startWith(caller, a);

        a.groups("web");
        a.reload();
        mesh.awaitUses(HALF_MINUTE, caller);
    }

    @Seeded
    void aHostThatDiesIsForgottenAndOneThatReturnsIsBackWithinTwoSeconds(SimMesh sim) {
        World mesh = new World(sim);
        mesh.lighthouse("first");
        MeshHost a = mesh.host("a", "shop");
        MeshHost caller = mesh.host("caller");
        mesh.startWith(caller, a);
        a.sim().crash();
        mesh.runFor(Duration.ofSeconds(45));
        assertThat(mesh.shop(caller).endpoints()).isEmpty();

        a.start();
        mesh.offer(a, true);
        mesh.awaitUses(TWO_SECONDS, caller, a);
    }

    @Seeded
    void goesByGroupsWhenNoLighthouseTakesPart(SimMesh sim) {
        World mesh = new World(sim);
        MeshHost stock = mesh.lighthouse("stock").section("asterism", "{wire_extensions: false}");
        MeshHost a = mesh.host("a", "shop");
        MeshHost caller = mesh.host("caller");
        mesh.start();
        mesh.offer(a, true);
        mesh.call(caller);
        mesh.runFor(HALF_MINUTE);

        assertThat(mesh.view(caller).fallback())
                .isEqualTo("no lighthouse knows of services: " + stock.address());
        assertThat(caller.sim().events(ServiceEvent.FellBack.class)).hasSize(1);
        assertThat(mesh.world.discovery(stock).servicesOrNull()).isNull();
        assertThat(mesh.world.discovery(stock).counters().malformed()).isZero();
    }
}
