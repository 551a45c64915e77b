package dev.asterism.lighthouse.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.services.LyingLink;
import dev.asterism.lighthouse.services.ServiceEntry;
import dev.asterism.lighthouse.services.ServiceEntry.State;
import dev.asterism.lighthouse.services.ServiceEvent;
import dev.asterism.lighthouse.services.ServicesView;
import dev.asterism.lighthouse.services.ServicesView.Verdict;
import dev.asterism.mesh.MeshHost;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.net.Ip;
import dev.asterism.sim.Condition;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Two lighthouses, one of which lies about who offers a service: callers go by what hosts say themselves. */
class LyingServicesSimTest {

    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);
    private static final int PORT = 8080;

    private static final class World {

        private final BundleMesh world;
        private final MeshHost shop;
        private final MeshHost other;
        private final MeshHost caller;

        /** Two hosts may offer "shop", of which one does; the caller calls it. */
        World(SimMesh sim, int lighthouses, UnaryOperator<List<ServiceEntry>> lie) {
            world = new BundleMesh(sim);
            world.links.put("liar", link -> new LyingLink(link, lie));
            world.lighthouse("liar");
            for (int i = 1; i < lighthouses; i++) {
                world.lighthouse("honest");
            }
            shop = world.host("shop").groups("shop");
            other = world.host("other").groups("shop");
            caller = world.host("caller");
            world.mesh.startAll();
            world.mesh.runFor(FIVE_SECONDS);
        }

        void offer(OfferedService... all) {
            world.discovery(shop).services(world.now()).offer(List.of(all), world.now());
            shop.sim().wake();
        }

        void call() {
            world.discovery(caller).services(world.now()).want(Set.of("shop"), world.now());
            caller.sim().wake();
        }

        Set<String> usable() {
            ServicesView view = world.discovery(caller).services(world.now()).view(world.now());
            Set<String> usable = new TreeSet<>();
            for (ServicesView.Endpoint one :
                    Objects.requireNonNull(view.wanted().get("shop")).endpoints()) {
                if (one.verdict() == Verdict.USABLE) {
                    usable.add(
                            one.entry().host()
                                    + ":"
                                    + one.entry().port()
                                    + " "
                                    + one.entry().version());
                }
            }
            return usable;
        }

        void awaitUses(String... wanted) {
            world.mesh.runUntil(
                    Condition.of(
                            "the caller uses " + List.of(wanted),
                            () -> usable().equals(Set.of(wanted))),
                    TWO_SECONDS);
        }

        /** For a minute and a half, whenever an agent may look. */
        void goesOnToUse(String... wanted) {
            for (int i = 0; i < 360; i++) {
                world.mesh.runFor(Duration.ofMillis(250));
                assertThat(usable()).containsExactly(wanted);
            }
        }

        String truth(int port, String version) {
            return shop.address() + ":" + port + " " + version;
        }

        Ip liar() {
            return caller.sim().events(ServiceEvent.Contradicted.class).getFirst().lighthouse();
        }
    }

    private static OfferedService service(int port, String version) {
        return new OfferedService("shop", version, port, 1, true);
    }

    private static UnaryOperator<List<ServiceEntry>> each(UnaryOperator<ServiceEntry> lie) {
        return entries -> entries.stream().map(lie).toList();
    }

    private static ServiceEntry with(ServiceEntry entry, long sequence, int port, State state) {
        return new ServiceEntry(
                entry.host(), sequence, entry.version(), port, entry.weight(), state);
    }

    @Seeded
    void aChangedPort(SimMesh sim) {
        changedPort(new World(sim, 2, each(e -> with(e, e.sequence() + 1000, 9999, e.state()))));
    }

    @Seeded
    void aChangedPortWithTheGreatestNumber(SimMesh sim) {
        changedPort(new World(sim, 2, each(e -> with(e, Long.MAX_VALUE, 9999, e.state()))));
    }

    /** The only lighthouse lies. */
    @Seeded
    void aChangedPortWithTheSameNumber(SimMesh sim) {
        World mesh = new World(sim, 1, each(e -> with(e, e.sequence(), 9999, e.state())));
        mesh.offer(service(PORT, "v1"));
        mesh.call();
        mesh.awaitUses(mesh.truth(PORT, "v1"));
        mesh.goesOnToUse(mesh.truth(PORT, "v1"));
    }

    private static void changedPort(World mesh) {
        mesh.offer(service(PORT, "v1"));
        mesh.call();
        mesh.awaitUses(mesh.truth(PORT, "v1"));
        mesh.goesOnToUse(mesh.truth(PORT, "v1"));
        assertThat(mesh.caller.sim().events(ServiceEvent.Contradicted.class)).hasSize(1);
        assertThat(mesh.world.lighthouseNamed("liar").address()).isEqualTo(mesh.liar());

        // What is true is still heard of at once.
        mesh.offer(service(8081, "v2"));
        mesh.awaitUses(mesh.truth(8081, "v2"));
        mesh.offer();
        mesh.awaitUses();
    }

    @Seeded
    void aWithdrawal(SimMesh sim) {
        World mesh =
                new World(
                        sim, 2, each(e -> with(e, e.sequence() + 1000, e.port(), State.WITHDRAWN)));
        mesh.offer(service(PORT, "v1"));
        mesh.call();
        mesh.awaitUses(mesh.truth(PORT, "v1"));
        mesh.goesOnToUse(mesh.truth(PORT, "v1"));
    }

    /** The lighthouse begins to lie when the caller uses the host, each time with a higher number. */
    @Seeded
    void aWithdrawalThatComesLater(SimMesh sim) {
        boolean[] lies = new boolean[1];
        long[] number = {1L << 50};
        World mesh =
                new World(
                        sim,
                        1,
                        each(e -> lies[0] ? with(e, number[0]++, e.port(), State.WITHDRAWN) : e));
        mesh.offer(service(PORT, "v1"));
        mesh.call();
        mesh.awaitUses(mesh.truth(PORT, "v1"));
        lies[0] = true;
        mesh.goesOnToUse(mesh.truth(PORT, "v1"));
    }

    @Seeded
    void aHostThatIsHidden(SimMesh sim) {
        boolean[] lies = new boolean[1];
        World mesh = new World(sim, 1, entries -> lies[0] ? List.of() : entries);
        mesh.offer(service(PORT, "v1"));
        mesh.call();
        mesh.awaitUses(mesh.truth(PORT, "v1"));
        lies[0] = true;
        mesh.goesOnToUse(mesh.truth(PORT, "v1"));
        mesh.shop.sim().crash();
        mesh.world.mesh.runFor(Duration.ofSeconds(60));
        assertThat(mesh.usable()).as("without a tunnel its word is no news").isEmpty();
    }

    @Seeded
    void anOldVersionThatIsToldAgain(SimMesh sim) {
        List<ServiceEntry> first = new ArrayList<>();
        World mesh =
                new World(
                        sim,
                        2,
                        entries -> {
                            if (first.isEmpty()) {
                                first.addAll(entries);
                            }
                            return List.copyOf(first);
                        });
        mesh.offer(service(PORT, "v1"));
        mesh.call();
        mesh.awaitUses(mesh.truth(PORT, "v1"));
        mesh.offer(service(8081, "v2"));
        mesh.awaitUses(mesh.truth(8081, "v2"));
        mesh.goesOnToUse(mesh.truth(8081, "v2"));
    }

    /** Of a host whose certificate would allow it. */
    @Seeded
    void aServiceThatAHostDoesNotOffer(SimMesh sim) {
        Ip[] invented = new Ip[1];
        World mesh =
                new World(
                        sim,
                        2,
                        entries -> {
                            List<ServiceEntry> all = new ArrayList<>(entries);
                            if (invented[0] != null) {
                                all.add(
                                        new ServiceEntry(
                                                invented[0], 7, "v1", PORT, 1, State.HEALTHY));
                            }
                            return all;
                        });
        invented[0] = mesh.other.address();
        mesh.offer(service(PORT, "v1"));
        mesh.call();
        mesh.world.mesh.runFor(TWO_SECONDS);
        mesh.awaitUses(mesh.truth(PORT, "v1"));
        mesh.goesOnToUse(mesh.truth(PORT, "v1"));
    }
}
