package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.MemoryConn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who waits for a place of a service with classes, and what the others of other callers and classes have of it. */
class WaitingByClassTest {

    private static final Caller CI = new Caller("ci-1", List.of("ci"), "10.0.0.2", "cd", "mesh");
    private static final Caller PAY = new Caller("pay-1", List.of("pay"), "10.0.0.3", "ef", "mesh");

    /** The limit is twice {@code least} at first. */
    private static ServiceSpec spec(String mode, String max, String overload) {
        return FilterFiles.config(
                        """
                        l7:
                          serve:
                            orders:
                              port: 80
                              to: 127.0.0.1:9090
                              mode: %s
                              max: {%s}
                              overload:
                                {classes: [{from: "group:ci", class: batch}, {from: "group:pay", class: critical}], %s}
                              routes:
                                - {match: {prefix: /batch}, class: batch}
                                - {match: {prefix: /critical}, class: critical}
                                - {match: {prefix: /}}
                        """
                                .formatted(mode, max, overload))
                .services()
                .getFirst();
    }

    private static MeshRig rig(String max, String overload) {
        return new MeshRig(spec("enforce", max, overload), 1).endpoints(1);
    }

    private static ServiceSpec audit(String max) {
        return spec("audit", max, "wait: 60s");
    }

    private static List<MemoryConn> ask(MeshRig rig, Caller caller, String path, int count) {
        List<MemoryConn> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            MemoryConn client = rig.client(caller, Spoken.HTTP);
            client.arrive("GET " + path + " HTTP/1.1\r\nHost: orders\r\n\r\n");
            clients.add(client);
        }
        return clients;
    }

    private static List<MeshRig.Asked> asked(MeshRig rig) {
        List<MeshRig.Asked> all = new ArrayList<>();
        for (MeshRig.Asked one = rig.asked(); one.port() != 0; one = rig.asked()) {
            all.add(one);
        }
        return all;
    }

    private static Service service(MeshRig rig) {
        return rig.snapshot().services().getFirst();
    }

    @Test
    void aCriticalCallerWithItsShareLeavesNoPlaceEmpty() {
        MeshRig rig = rig("requests: 8, pending: 100, wait: 60s", "least: 4, wait: 60s");
        ask(rig, PAY, "/a", 10); // seven of eight places, three wait
        List<MeshRig.Asked> ofPay = asked(rig);
        assertThat(ofPay).hasSize(7);
        ask(rig, MeshRig.WEB, "/a", 1);
        assertThat(service(rig).requests().count()).as("the eighth is for others").isEqualTo(8);
        ask(rig, MeshRig.WEB, "/a", 4);

        ofPay.subList(0, 4).forEach(one -> one.answers(200));
        rig.passMillis(5);

        assertThat(service(rig).requests().count()).isEqualTo(8);
        ofPay.subList(4, 7).forEach(one -> one.answers(200));
        rig.passMillis(5);
        assertThat(service(rig).pending().count()).as("there is room for all").isZero();
    }

    /** They waited for a place before, which they may not take any more as others wait. */
    @Test
    void noneOfACallerThatHasComeToItsShareHoldsOthersBack() {
        MeshRig rig = rig("requests: 8, pending: 100, wait: 60s", "least: 4, wait: 60s");
        ask(rig, MeshRig.WEB, "/a", 4);
        List<MeshRig.Asked> ofWeb = asked(rig);
        ask(rig, PAY, "/a", 4);
        ask(rig, PAY, "/a", 3);
        ask(rig, MeshRig.WEB, "/a", 4);
        asked(rig);

        ofWeb.forEach(one -> one.answers(200));
        rig.passMillis(5);

        assertThat(service(rig).requests().count()).as("four of eight for each").isEqualTo(8);
        assertThat(asked(rig)).hasSize(4).allMatch(one -> one.text().contains("web-1"));
    }

    @Test
    void aCallersCriticalRequestTakesThePlaceOfItsOwnBatch() {
        MeshRig rig = rig("requests: 1, pending: 8, wait: 60s", "least: 1, wait: 60s");
        ask(rig, MeshRig.WEB, "/a", 1);
        List<MemoryConn> batch = ask(rig, MeshRig.WEB, "/batch", 7); // its share of the queue

        MemoryConn critical = ask(rig, MeshRig.WEB, "/critical", 1).getFirst();

        assertThat(critical.sentText()).isEmpty();
        assertThat(batch.get(6).sentText())
                .startsWith("HTTP/1.1 429 ")
                .contains("x-mesh-reason: overload\r\n");
        assertThat(ask(rig, MeshRig.WEB, "/batch", 1).getFirst().sentText())
                .startsWith("HTTP/1.1 429 ")
                .contains("x-mesh-reason: caller_share\r\n");
        rig.asked().answers(200);
        rig.asked().answers(207);
        assertThat(critical.sentText()).startsWith("HTTP/1.1 207 ");
        assertThat(service(rig).pending().count()).isEqualTo(5);
    }

    @Test
    void aCallerAtItsShareDoesNotShedThoseOfOthers() {
        MeshRig rig = rig("requests: 1, pending: 8, wait: 60s", "least: 1, wait: 60s");
        ask(rig, MeshRig.WEB, "/a", 1);
        List<MemoryConn> others = ask(rig, CI, "/a", 1);
        ask(rig, PAY, "/a", 7);

        assertThat(ask(rig, PAY, "/a", 1).getFirst().sentText()).contains("caller_share");

        assertThat(others.getFirst().sentText()).isEmpty();
    }

    @Test
    void inAuditNobodyIsShedForOneThatMattersMore() {
        MeshRig rig = new MeshRig(audit("requests: 1, pending: 1, wait: 60s"), 1).endpoints(1);
        ask(rig, MeshRig.WEB, "/a", 1);
        List<MemoryConn> batch = ask(rig, CI, "/a", 1);

        List<MemoryConn> critical = ask(rig, PAY, "/a", 1);

        assertThat(batch.getFirst().sentText()).isEmpty();
        assertThat(critical.getFirst().sentText())
                .startsWith("HTTP/1.1 503 ")
                .contains("x-mesh-reason: overflow\r\n");
    }

    @Test
    void inAuditAQueueIsServedInTheOrderInWhichItCame() {
        MeshRig rig = new MeshRig(audit("requests: 3, pending: 100, wait: 60s"), 1).endpoints(1);
        MeshRig beside = rig.beside(2).endpoints(1);
        ask(beside, MeshRig.WEB, "/a", 3);
        ask(rig, CI, "/ci-1", 1);
        ask(rig, CI, "/ci-2", 1);
        ask(rig, PAY, "/pay-1", 1);
        ask(rig, PAY, "/pay-2", 1);

        asked(beside).forEach(one -> one.answers(200));
        rig.passMillis(5);

        assertThat(asked(rig).stream().map(MeshRig.Asked::text).toList().toString())
                .contains("/ci-1", "/pay-1", "/ci-2")
                .doesNotContain("/pay-2");
    }

    @Test
    void whoWaitsIsServedUnderTheNextConfiguration() {
        MeshRig rig = rig("requests: 1, pending: 100, wait: 60s", "least: 1, wait: 60s");
        ask(rig, MeshRig.WEB, "/a", 1);
        ask(rig, MeshRig.WEB, "/a", 3);
        MeshRig.Asked first = rig.asked();

        rig.reload(spec("enforce", "requests: 8, pending: 100, wait: 60s", "least: 8, wait: 60s"));
        first.answers(200);
        rig.passMillis(5);

        assertThat(service(rig).pending().count()).isZero();
        assertThat(service(rig).requests().count()).isEqualTo(3);
    }

    @Test
    void anEndpointIsWaitedForAsLongAsWithoutOverload() {
        MeshRig rig = rig("requests: 8, wait: 1s", "wait: 100ms").endpoints();
        MemoryConn client = ask(rig, MeshRig.WEB, "/a", 1).getFirst();

        rig.passMillis(900);
        assertThat(client.sentText()).isEmpty();
        rig.endpoints(1);

        rig.asked().answers(200);
        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void whoFoundAnEndpointWaitsForAPlaceNoLongerThanOthers() {
        MeshRig rig =
                rig("requests: 1, pending: 8, wait: 10s", "least: 1, wait: 100ms").endpoints();
        List<MemoryConn> clients = ask(rig, MeshRig.WEB, "/a", 2);
        rig.passMillis(5_000);
        rig.endpoints(1);

        rig.passMillis(95);
        assertThat(clients.get(1).sentText()).isEmpty();
        rig.passMillis(10);

        assertThat(clients.get(1).sentText()).startsWith("HTTP/1.1 429 ");
    }
}
