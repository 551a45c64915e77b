package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.proxy.MeshRig.Asked;
import dev.asterism.l7.rollout.Rollout;
import dev.asterism.l7.rollout.RolloutState.Phase;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A new version that gets a growing share of a route's requests. */
class RolloutScenarioTest {

    private static final int STABLE = 1;
    private static final int NEXT = 2;
    private static final String TEN =
            "rollout: {to: next, steps: [10, 50, 100], every: 1m, abort_if: {min_requests: 20}}";

    private static ServiceSpec service(String route, String more) {
        return FilterFiles.config(
                        """
                        l7:
                          services:
                            orders:
                              port: 80
                              pools: {default: {static: ["127.0.0.1:1"]}, next: {static: ["127.0.0.1:2"]}}
                              %s
                              routes:
                                - {to: default, %s}
                        """
                                .formatted(more, route))
                .services()
                .getFirst();
    }

    private static MeshRig rig(String route) {
        return new MeshRig(service(route, ""), 1).endpoints(STABLE).pool("next", NEXT);
    }

    private static Rollout rollout(MeshRig rig) {
        Service service =
                Objects.requireNonNull(rig.snapshot().service(ServiceSide.OUTBOUND, "orders"));
        return Objects.requireNonNull(service.routes().inFile().getFirst().rollout());
    }

    /** How many of so many go to the next version, which answers with this status. */
    private static int next(MeshRig rig, int requests, int status) {
        int next = 0;
        for (int i = 0; i < requests; i++) {
            MemoryConn client = rig.client();
            client.arrive("GET /a HTTP/1.1\r\nHost: orders\r\n\r\n");
            Asked asked = rig.asked();
            next += asked.port() == NEXT ? 1 : 0;
            asked.answers(asked.port() == NEXT ? status : 200);
            client.lose();
        }
        return next;
    }

    @Test
    void theShareGrowsWhileTheNewVersionIsGood() {
        MeshRig rig = rig(TEN);
        rollout(rig).tick(1_000);
        assertThat(next(rig, 1_000, 200)).isBetween(70, 130);
        rollout(rig).tick(62_000);
        assertThat(next(rig, 1_000, 200)).isBetween(440, 560);
        rollout(rig).tick(123_000);
        assertThat(next(rig, 200, 200)).isEqualTo(200);
        rollout(rig).tick(184_000);
        assertThat(rollout(rig).state().phase()).isEqualTo(Phase.DONE);
    }

    @Test
    void aBadVersionGetsNothingMore() {
        MeshRig rig = rig(TEN);
        rollout(rig).tick(1_000);
        assertThat(next(rig, 400, 500)).isPositive();
        rollout(rig).tick(2_000);

        assertThat(rollout(rig).state().phase()).isEqualTo(Phase.STOPPED);
        assertThat(next(rig, 400, 500)).isZero();
    }

    @Test
    void failuresOfTheOldVersionAreNotTheNewOnes() {
        MeshRig rig = rig(TEN);
        rollout(rig).tick(1_000);
        for (int i = 0; i < 600; i++) {
            MemoryConn client = rig.client();
            client.arrive(MeshRig.GET);
            Asked asked = rig.asked();
            asked.answers(asked.port() == NEXT ? 404 : 500);
            client.lose();
        }
        rollout(rig).tick(2_000);

        assertThat(rollout(rig).figures().requests()).isGreaterThan(20);
        assertThat(rollout(rig).figures().success()).isEqualTo(1);
    }

    @Test
    void whatThisNodeOrItsClientsDoIsNotTheVersionsFault() {
        MeshRig rig = rig(TEN.replace("[10, 50, 100]", "[100]") + ", timeout: {request: 1s}");
        MemoryConn gone = rig.client();
        gone.arrive(MeshRig.GET);
        gone.lose();
        MemoryConn hasty = rig.client();
        hasty.arrive("GET /a HTTP/1.1\r\nHost: orders\r\nx-mesh-deadline: 5\r\n\r\n");
        rig.passMillis(20);
        assertThat(hasty.sentText()).startsWith("HTTP/1.1 504");
        assertThat(rollout(rig).figures().requests()).isZero();

        rig.client().arrive(MeshRig.GET);
        rig.passMillis(1_100);
        assertThat(rollout(rig).figures().requests()).isEqualTo(1);
        assertThat(rollout(rig).figures().success()).isZero();
    }

    @Test
    void aLargerShareOnlyAddsUsers() {
        MeshRig rig = rig(TEN + ", sticky: header:x-user");
        rollout(rig).tick(1_000);
        Set<Integer> first = users(rig);
        rollout(rig).tick(62_000);
        Set<Integer> second = users(rig);

        assertThat(first).hasSizeBetween(25, 80);
        assertThat(second).hasSizeBetween(200, 300).containsAll(first);
    }

    private static Set<Integer> users(MeshRig rig) {
        Set<Integer> next = new HashSet<>();
        for (int user = 0; user < 500; user++) {
            MemoryConn client = rig.client();
            client.arrive("GET /a HTTP/1.1\r\nHost: orders\r\nX-User: u" + user + "\r\n\r\n");
            Asked asked = rig.asked();
            if (asked.port() == NEXT) {
                next.add(user);
            }
            asked.answers(200);
            client.lose();
        }
        return next;
    }

    @Test
    void aReloadOfOtherThingsChangesNothing() {
        MeshRig rig = rig(TEN);
        rollout(rig).tick(1_000);
        next(rig, 400, 500);
        rollout(rig).tick(2_000);
        Rollout before = rollout(rig);
        rig.reload(service(TEN, "balance: round\n      timeout: 3s\n"));
        assertThat(rollout(rig)).isSameAs(before);
        assertThat(rollout(rig).spec().source()).as("its line of now").isEqualTo("c.yml:10");

        rig.reload(service(TEN.replace("1m", "2m"), ""));
        assertThat(rollout(rig).state().phase()).isEqualTo(Phase.RUNNING);
        assertThat(rollout(rig).share()).isEqualTo(1_000);
    }

    @Test
    void aRouteThatIsWrittenTwiceHasOneRollOut() {
        String twice = TEN + "}\n        - {to: default, " + TEN;
        MeshRig rig = rig(twice);
        rollout(rig).tick(1_000);
        next(rig, 400, 500);
        rollout(rig).tick(2_000);
        Rollout before = rollout(rig);

        rig.reload(service(twice, ""));

        assertThat(rollout(rig)).isSameAs(before);
        assertThat(rollout(rig).state().phase()).isEqualTo(Phase.STOPPED);
    }

    @Test
    void anEmptyPoolGivesItsShareBack() {
        MeshRig rig = rig(TEN.replace("[10, 50, 100]", "[100]")).pool("next");
        assertThat(next(rig, 50, 200)).isZero();
        assertThat(rollout(rig).figures().requests()).isZero();
    }

    @Test
    void theOthersKeepTheirParts() {
        MeshRig rig =
                new MeshRig(
                                FilterFiles.config(
                                                """
                                                l7:
                                                  services:
                                                    orders:
                                                      port: 80
                                                      pools: {default: {dns: a}, next: {dns: b}, blue: {dns: c}}
                                                      routes:
                                                        - {split: {default: 3, blue: 1}, rollout: {to: next, steps: [20]}}
                                                """)
                                        .services()
                                        .getFirst(),
                                1)
                        .endpoints(STABLE)
                        .pool("next", NEXT)
                        .pool("blue", 3);
        int[] got = new int[4];
        for (int i = 0; i < 2_000; i++) {
            MemoryConn client = rig.client();
            client.arrive(MeshRig.GET);
            Asked asked = rig.asked();
            got[asked.port()]++;
            asked.answers(200);
            client.lose();
        }
        assertThat(got[NEXT]).isBetween(330, 470);
        assertThat(got[STABLE]).isBetween(1_110, 1_290);
        assertThat(got[3]).isBetween(330, 470);
    }

    @Test
    void whatCannotBeRolledOutIsRefusedWithItsPlace() {
        assertThat(problem("{rollout: {steps: [5]}}"))
                .contains("a roll-out needs the pool that grows");
        assertThat(problem("{rollout: {to: nxt}}"))
                .contains("c.yml:1")
                .contains("there is no pool `nxt` (did you mean next?)");
        assertThat(problem("{to: next, rollout: {to: next}}"))
                .contains(
                        "the roll-out gives pool next its share, so it must not be in the route's to or split");
        assertThat(problem("{split: {stable: 0}, rollout: {to: next}}"))
                .contains(
                        "every weight of the split is 0, so no pool gets the rest of the requests");
        assertThat(problem("{rollout: {to: next, steps: [5, 5]}}"))
                .contains("`5` is not larger than the step before it");
        assertThat(problem("{rollout: {to: next, steps: [5, 101]}}")).contains("101");
        assertThat(problem("{rollout: {to: next, every: 10ms}}"))
                .contains("`10ms` is not 1s to 30d");
        assertThat(problem("{rollout: {to: next, abort_if: {success_below: 101%}}}"))
                .contains("`101%` is more than 100%");
        assertThat(problem("{respond: {code: 200}, rollout: {to: next}}"))
                .contains("a route that answers by itself has no roll-out");
        assertThat(problem("{rollout: {to: next, abort_if: {error_rate: 2%}}}"))
                .contains("error_rate");
    }

    private static String problem(String route) {
        return FilterFiles.outcome(
                        "l7: {services: {orders: {port: 80, pools: {stable: {dns: y}, next: {dns: x}}, routes: ["
                                + route
                                + "]}}}")
                .problems()
                .toString();
    }
}
