package dev.asterism.l7.proxy;

import dev.asterism.l7.fault.ActiveFaults;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.IdentityHeaders;
import dev.asterism.l7.identity.TraceHeaders;
import dev.asterism.l7.io.Batch;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.pool.EndpointFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What the requests of one loop share: the snapshot at hand, the services' pools, and who is under way. */
final class DispatchLoop {

    private static final int KEPT_REQUESTS = 256;

    /**
     * Second copies under way. They have no bodies of their own: each sends the body that its request keeps for
     * retries, and what its connection does not take of it counts among the loop's buffers.
     */
    private static final int MOST_COPIES = 128;

    private final Batch batch;
    private final EndpointFactory endpoints;
    private final Observer observer;
    private final LongSupplier random;
    private final ActiveFaults faults;
    private int copies;
    private final Map<String, ServiceOnLoop> inbound = new LinkedHashMap<>();
    private final Map<String, ServiceOnLoop> outbound = new LinkedHashMap<>();
    private final Head answerHead = new Head();
    private final ArrayList<RoutedRequest> live = new ArrayList<>();
    private final ArrayList<RoutedRequest> spare = new ArrayList<>();
    private FilterSnapshot snapshot;
    private RequestView view;
    private IdentityHeaders identity;
    private TraceHeaders trace;

    DispatchLoop(LoopParts parts, FilterSnapshot first) {
        batch = parts.batch();
        endpoints = parts.endpoints();
        observer = parts.observer();
        random = parts.random();
        faults = new ActiveFaults(Math.max(1, ActiveFaults.CAP / parts.loops()));
        snapshot = first;
        view = new RequestView(first.names());
        identity = identity(first.spec());
        trace = new TraceHeaders(first.names());
        batch.memory().onGivingWay(observer::gaveWay);
        applyServices();
    }

    private static IdentityHeaders identity(FilterSpec spec) {
        return new IdentityHeaders(spec.meshHeaders(), spec.xfcc(), spec.self());
    }

    void apply(FilterSnapshot next) {
        snapshot = next;
        view = new RequestView(next.names());
        identity = identity(next.spec());
        trace = new TraceHeaders(next.names());
        applyServices();
    }

    private void applyServices() {
        apply(ServiceSide.INBOUND, inbound);
        apply(ServiceSide.OUTBOUND, outbound);
    }

    private void apply(ServiceSide side, Map<String, ServiceOnLoop> services) {
        for (ServiceOnLoop known : new ArrayList<>(services.values())) {
            if (snapshot.service(side, known.service().name()) == null) {
                services.remove(known.service().name());
                known.close();
            }
        }
        for (Service service : snapshot.services()) {
            if (service.spec().direction() == side) {
                ServiceOnLoop known = services.get(service.name());
                if (known == null) {
                    services.put(service.name(), new ServiceOnLoop(this, service));
                } else {
                    known.apply(service);
                }
            }
        }
    }

    FilterSnapshot snapshot() {
        return snapshot;
    }

    Batch batch() {
        return batch;
    }

    EndpointFactory endpoints() {
        return endpoints;
    }

    Observer observer() {
        return observer;
    }

    LongSupplier random() {
        return random;
    }

    ActiveFaults faults() {
        return faults;
    }

    /** Takes room for a second copy of a request; false: so many are under way that there is none. */
    boolean takeCopy() {
        boolean room = copies < MOST_COPIES;
        copies += room ? 1 : 0;
        return room;
    }

    void giveCopy() {
        copies--;
    }

    RequestView view() {
        return view;
    }

    /** For an answer of ours; filled and sent within one call. */
    Head answerHead() {
        return answerHead;
    }

    IdentityHeaders identity() {
        return identity;
    }

    TraceHeaders trace() {
        return trace;
    }

    @Nullable ServiceOnLoop service(ServiceSide side, String name) {
        return (side == ServiceSide.INBOUND ? inbound : outbound).get(name);
    }

    /** By the host that the view at hand has read. */
    @Nullable ServiceOnLoop byHost() {
        Service service = snapshot.byHost(view.host(), view.hostLength());
        return service == null ? null : outbound.get(service.name());
    }

    Iterable<ServiceOnLoop> services() {
        ArrayList<ServiceOnLoop> all = new ArrayList<>(inbound.values());
        all.addAll(outbound.values());
        return all;
    }

    // --- who is under way ---

    List<RoutedRequest> live() {
        return live;
    }

    /** One that is not in use, counted among those under way from now on. */
    RoutedRequest take() {
        RoutedRequest request = spare.isEmpty() ? new RoutedRequest(this) : spare.removeLast();
        request.place(live.size());
        live.add(request);
        return request;
    }

    /** The request is over; the caller must not use it any more. */
    void give(RequestInHand request) {
        RoutedRequest same = live.get(request.place());
        RoutedRequest last = live.removeLast();
        if (last != same) {
            live.set(request.place(), last);
            last.place(request.place());
        }
        if (spare.size() < KEPT_REQUESTS) {
            spare.add(same);
        }
    }
}
