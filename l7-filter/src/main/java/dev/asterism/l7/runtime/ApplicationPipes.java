package dev.asterism.l7.runtime;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.authz.RuleSpec;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.pipe.PipeEnd;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.pipe.TcpPipe;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.proxy.Dispatcher;
import dev.asterism.l7.proxy.PipeAdmission;
import dev.asterism.l7.proxy.PipeReport;
import dev.asterism.l7.proxy.Service;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.l7.proxy.UpstreamPolicy;
import dev.asterism.l7.upstream.Connector;
import java.net.SocketAddress;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Leads connections that are not HTTP to the service's application, when its rules can be judged without a request: a
 * rule of {@code allow} holds when it names nothing but callers, and a rule of {@code deny} refuses each caller that it
 * names, whatever else it names. Each holds one of the service's connections. Where bytes are not looked into, each
 * counts as one request at the service's rate; elsewhere a service with a rate has no pipes, as requests in them would
 * not be counted. One loop's thread.
 */
final class ApplicationPipes implements PipeHandler {

    private final @Nullable String service;
    private final boolean unseen;
    private final Dispatcher dispatcher;
    private final Connector connector;
    private final IdentityHashMap<TcpPipe, PipeAdmission> admissions = new IdentityHashMap<>();

    /**
     * @param service of this node; null: pipes lead nowhere
     * @param unseen whether nothing that comes here is looked into
     */
    ApplicationPipes(
            @Nullable String service, boolean unseen, Dispatcher dispatcher, Connector connector) {
        this.service = service;
        this.unseen = unseen;
        this.dispatcher = dispatcher;
        this.connector = connector;
    }

    @Override
    public void handle(TcpPipe pipe) {
        Service found = found();
        PipeAdmission admission = admission(found, pipe.caller());
        admissions.put(pipe, admission);
        SocketAddress application =
                admission.isGranted() && found != null ? application(found) : null;
        if (application == null) {
            pipe.refuse();
        } else {
            pipe.connect(connector.connect(application));
        }
    }

    /** An application that speaks HTTP, as its {@code protocol} says, waits for its client. */
    @Override
    public boolean mayServerBegin() {
        Service found = found();
        return found == null || mayBegin(found.spec());
    }

    static boolean mayBegin(ServiceSpec service) {
        return service.upstream().protocol() == UpstreamPolicy.Protocol.AUTO;
    }

    private @Nullable Service found() {
        return service == null ? null : dispatcher.snapshot().service(ServiceSide.INBOUND, service);
    }

    private PipeAdmission admission(@Nullable Service found, Caller caller) {
        if (found == null || !carriesPipes(found.spec(), unseen)) {
            return PipeAdmission.refused(LocalAnswer.NO_ROUTE);
        }
        return admits(found.spec().rules(), caller)
                ? dispatcher.admit(found.name(), caller, unseen)
                : PipeAdmission.refused(LocalAnswer.DENIED);
    }

    private static @Nullable SocketAddress application(Service found) {
        return found.spec().pools().firstEntry().getValue() instanceof PoolSpec.Static pool
                ? pool.targets().getFirst().address()
                : null;
    }

    @Override
    public void ended(TcpPipe pipe, PipeEnd how) {
        PipeAdmission admission = admissions.remove(pipe);
        if (admission == null) {
            return;
        }
        admission.over();
        String name = service == null ? "" : service;
        dispatcher
                .observer()
                .piped(PipeReport.of(ServiceSide.INBOUND, name, pipe, how, admission.refusal()));
    }

    static boolean carriesPipes(ServiceSpec service, boolean unseen) {
        return service.routes().isEmpty() && (unseen || service.traffic().limit().isNone());
    }

    static boolean admits(AuthzSpec rules, Caller caller) {
        if (rules.mode() == AuthzSpec.Mode.AUDIT) {
            return true;
        }
        boolean denied =
                rules.deny().stream().anyMatch(rule -> isRefusedBy(rule.match().from(), caller));
        return !denied && (rules.allow().isEmpty() || allows(rules.allow(), caller));
    }

    /** An unknown caller may be one that the rule names. */
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
