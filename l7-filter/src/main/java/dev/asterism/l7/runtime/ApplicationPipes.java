package dev.asterism.l7.runtime;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.authz.RuleSpec;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.pipe.TcpPipe;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.proxy.Dispatcher;
import dev.asterism.l7.proxy.Service;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.l7.upstream.Connector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where bytes go that are no HTTP: to the application of the service, when its rules can be judged without a request.
 * A rule that names nothing but callers is asked; one that names more allows nothing here, and as a rule of {@code
 * deny} it refuses whomever it may mean. A service with a rate limit has no pipes, as requests in them are not
 * counted. One loop's thread.
 */
final class ApplicationPipes implements PipeHandler {

    private final @Nullable String service;
    private final Dispatcher dispatcher;
    private final Connector connector;

    /**
     * @param service of this node; null: pipes lead nowhere
     */
    ApplicationPipes(@Nullable String service, Dispatcher dispatcher, Connector connector) {
        this.service = service;
        this.dispatcher = dispatcher;
        this.connector = connector;
    }

    @Override
    public void handle(TcpPipe pipe) {
        Service found =
                service == null
                        ? null
                        : dispatcher.snapshot().service(ServiceSide.INBOUND, service);
        if (found == null
                || !carriesPipes(found.spec())
                || !admits(found.spec().rules(), pipe.caller())
                || !(found.spec().pools().firstEntry().getValue()
                        instanceof PoolSpec.Static application)) {
            pipe.refuse();
            return;
        }
        pipe.connect(connector.connect(application.targets().getFirst().address()));
    }

    static boolean carriesPipes(ServiceSpec service) {
        return service.routes().isEmpty() && service.traffic().limit().isNone();
    }

    static boolean admits(AuthzSpec rules, Caller caller) {
        if (rules.mode() == AuthzSpec.Mode.AUDIT) {
            return true;
        }
        boolean denied =
                rules.deny().stream().anyMatch(rule -> isRefusedBy(rule.match().from(), caller));
        return !denied && (rules.allow().isEmpty() || allows(rules.allow(), caller));
    }

    /** A caller who is not known may be anybody whom a rule means. */
    private static boolean isRefusedBy(Selector denied, Caller caller) {
        return !caller.isKnown() || denied.matches(caller);
    }

    private static boolean allows(List<RuleSpec> allow, Caller caller) {
        return allow.stream()
                .map(RuleSpec::match)
                .anyMatch(match -> isOfCallers(match) && match.from().matches(caller));
    }

    private static boolean isOfCallers(MatchSpec match) {
        return match.equals(MatchSpec.ALL.withFrom(match.from()));
    }
}
