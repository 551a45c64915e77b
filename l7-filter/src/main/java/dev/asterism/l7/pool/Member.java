package dev.asterism.l7.pool;

import dev.asterism.l7.balance.Load;
import dev.asterism.l7.breaker.Breaker;
import dev.asterism.l7.upstream.Endpoint;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** An endpoint of a pool on one loop: its connections, score and breaker. It outlives changes of the pool around it. */
public final class Member {

    private final EndpointFactory factory;
    private final Load load;
    private final Breaker breaker;
    private EndpointSet.Entry entry;
    private @Nullable Endpoint http1;
    private @Nullable Endpoint http2;
    private boolean gone;
    private boolean knownToBeEjected;

    Member(EndpointSet.Entry entry, EndpointFactory factory, Load load, Breaker breaker) {
        this.entry = entry;
        this.factory = factory;
        this.load = load;
        this.breaker = breaker;
        load.path(entry.path());
    }

    void entry(EndpointSet.Entry same) {
        entry = same;
        load.weight(same.weight());
        load.path(same.path());
    }

    /** By its own node's check. */
    boolean isHealthy() {
        return entry.healthy();
    }

    /** Of the node, or its address. */
    public String name() {
        return entry.name();
    }

    SocketAddress address() {
        return entry.address();
    }

    /** It has left the pool; what is under way ends. */
    public boolean isGone() {
        return gone;
    }

    public Endpoint endpoint(UpstreamProtocol protocol) {
        return switch (protocol) {
            case HTTP_1 -> {
                if (http1 == null) {
                    http1 = factory.open(entry.address(), protocol);
                }
                yield http1;
            }
            case HTTP_2 -> {
                if (http2 == null) {
                    http2 = factory.open(entry.address(), protocol);
                }
                yield http2;
            }
        };
    }

    /** Connections that it opens from now on have so many nanoseconds for it. */
    public void connectWithin(long nanos) {
        if (http1 != null) {
            http1.connectWithin(nanos);
        }
        if (http2 != null) {
            http2.connectWithin(nanos);
        }
    }

    Load load() {
        return load;
    }

    Breaker breaker() {
        return breaker;
    }

    /** Whether its pool has told that it is ejected. */
    boolean isKnownToBeEjected() {
        return knownToBeEjected;
    }

    void knownToBeEjected(boolean on) {
        knownToBeEjected = on;
    }

    boolean closeIdle() {
        return http1 != null && http1.closeIdle() || http2 != null && http2.closeIdle();
    }

    void sweep(long nowNanos) {
        if (http1 != null) {
            http1.sweep(nowNanos);
        }
        if (http2 != null) {
            http2.sweep(nowNanos);
        }
    }

    void leave() {
        gone = true;
        breaker.leave();
        if (http1 != null) {
            http1.retire();
        }
        if (http2 != null) {
            http2.retire();
        }
    }
}
