package dev.asterism.l7.health;

import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.io.Batch;
import dev.asterism.l7.upstream.Connector;
import dev.asterism.l7.upstream.Endpoint;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** All checks of a node, on one of its loops; those that stay as they are go on over a reload. */
public final class HealthChecks {

    private final Batch batch;
    private final Probes probes;
    private final HealthCheck.Listener listener;
    private final Map<String, HealthCheck> running = new LinkedHashMap<>();

    /**
     * An application to ask.
     *
     * @param http2 whether it speaks HTTP/2
     */
    public record Asked(
            String service, HealthPolicy policy, SocketAddress application, boolean http2) {}

    /**
     * @param endpoints makes one for each question
     */
    public HealthChecks(
            Batch batch,
            Connector connector,
            Workspace workspace,
            BiFunction<SocketAddress, UpstreamProtocol, Endpoint> endpoints,
            HealthCheck.Listener listener) {
        this.batch = batch;
        this.listener = listener;
        probes = new Probes(batch, connector, workspace, endpoints);
    }

    /** These are asked from now on. */
    public void ask(List<Asked> all) {
        List<String> names = all.stream().map(Asked::service).toList();
        for (Map.Entry<String, HealthCheck> old : List.copyOf(running.entrySet())) {
            if (!names.contains(old.getKey())) {
                running.remove(old.getKey());
                old.getValue().close();
            }
        }
        for (Asked asked : all) {
            HealthCheck known = running.get(asked.service());
            if (known != null && known.isFor(asked.policy(), asked.application())) {
                continue;
            }
            if (known != null) {
                known.close();
            }
            HealthCheck check =
                    new HealthCheck(
                            asked.service(),
                            asked.policy(),
                            asked.application(),
                            batch,
                            prober(asked),
                            listener);
            running.put(asked.service(), check);
            check.start();
        }
    }

    private HealthCheck.Prober prober(Asked asked) {
        boolean http2 = asked.http2() || asked.policy().kind() == HealthPolicy.Kind.GRPC;
        UpstreamProtocol protocol = http2 ? UpstreamProtocol.HTTP_2 : UpstreamProtocol.HTTP_1;
        return asked.policy().kind() == HealthPolicy.Kind.TCP
                ? probes::connect
                : probe -> probes.ask(probe, protocol);
    }

    public void close() {
        ask(List.of());
    }
}
