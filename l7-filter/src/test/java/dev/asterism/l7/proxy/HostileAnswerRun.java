package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.breaker.BreakerPolicy;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.hostile.Hostile;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.limit.MaxPolicy;
import java.time.Duration;
import java.util.List;

/**
 * A hostile answer on its way through the filter, and what else happens meanwhile.
 *
 * @param first what the client that asked for it got of it
 * @param attacked the same, and the answer to its next request, to which the server answers {@code mine}
 * @param waiting what another client got that waited for a place meanwhile, and so for the connection
 * @param later what another client got that came later
 * @param reasons what was counted
 */
public record HostileAnswerRun(
        String first, String attacked, String waiting, String later, List<String> reasons) {

    static final Caller OTHER = new Caller("web-2", List.of(), "10.0.0.2", "cd", "mesh");

    static MeshRig rig(UpstreamPolicy.Protocol protocol) {
        UpstreamPolicy one =
                new UpstreamPolicy(
                        BalancePolicy.STANDARD,
                        BreakerPolicy.STANDARD,
                        new MaxPolicy(1024, 10, 1, Duration.ofSeconds(5), ""),
                        protocol);
        return new MeshRig(
                        MeshRig.spec(
                                ServiceSide.INBOUND,
                                one,
                                TrafficPolicy.STANDARD,
                                List.of(),
                                AuthzSpec.NONE),
                        1)
                .endpoints(1);
    }

    /** Of one answer to a request of that method. */
    public static HostileAnswerRun of(Hostile answer, String method) {
        MeshRig mesh = rig(UpstreamPolicy.Protocol.HTTP_1);
        MemoryConn attacked = mesh.client(MeshRig.WEB, Spoken.HTTP);
        attacked.arrive(request(method, "attack"));
        MemoryConn waiting = mesh.client(OTHER, Spoken.HTTP);
        waiting.arrive(request("GET", "waiting"));
        MemoryConn first = mesh.server(1);
        assertThat(first.sentText()).contains(" /attack ").doesNotContain("/waiting");
        first.arrive(answer.bytes());
        serve(mesh);
        if (!first.isClosed()) {
            first.end();
        }
        serve(mesh);
        String got = attacked.sentText();
        attacked.arrive(request("GET", "mine"));
        serve(mesh);
        MemoryConn later = mesh.client(OTHER, Spoken.HTTP);
        later.arrive(request("GET", "later"));
        serve(mesh);
        return new HostileAnswerRun(
                got,
                got + attacked.sentText(),
                waiting.sentText(),
                later.sentText(),
                reasons(mesh));
    }

    static String request(String method, String what) {
        return method + " /" + what + " HTTP/1.1\r\nHost: orders\r\n\r\n";
    }

    /** Answers what has been asked since, each with its own name. */
    private static void serve(MeshRig mesh) {
        for (int i = 0; i < mesh.servers(1).size(); i++) {
            MemoryConn server = mesh.servers(1).get(i);
            String text = server.sentText();
            if (text.contains(" HTTP/1.1\r\n")) {
                String what = text.substring(text.indexOf('/') + 1, text.indexOf(" HTTP"));
                server.arrive(
                        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                                .formatted(what.length(), what));
                i = -1;
            }
        }
    }

    static List<String> reasons(MeshRig mesh) {
        return mesh.observer().requests().stream()
                .map(told -> told.split(" "))
                .filter(words -> !words[1].isEmpty())
                .map(words -> words[1] + " " + words[0])
                .toList();
    }
}
