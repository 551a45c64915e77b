package dev.asterism.agent.net;

import dev.asterism.lighthouse.staticmap.NameAnswer;
import dev.asterism.lighthouse.staticmap.NameQuery;
import dev.asterism.lighthouse.staticmap.NameResolver;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.IpFamily;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.hosts.HostsFileParser;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * Looks names of {@code static_host_map} up on virtual threads, A and AAAA as asked, the hosts file
 * first. "Not found" is told from failure, which InetAddress cannot do. The library is loaded by
 * the first name only.
 */
public final class DnsNames implements NameResolver {

    private final Consumer<Consumer<Tick>> onControlPlane;

    /**
     * @param onControlPlane runs an action on the control plane's thread; called on a virtual thread
     */
    public DnsNames(Consumer<Consumer<Tick>> onControlPlane) {
        this.onControlPlane = onControlPlane;
    }

    @Override
    public void resolve(NameQuery query, Listener listener) {
        Thread.ofVirtual()
                .name("dns " + query.host())
                .start(
                        () -> {
                            NameAnswer answer = answer(query);
                            onControlPlane.accept(now -> listener.resolved(query, answer, now));
                        });
    }

    private static NameAnswer answer(NameQuery query) {
        try {
            Name name = Name.fromString(query.host(), Name.root);
            LookupSession session =
                    LookupSession.defaultBuilder().hostsFileParser(new HostsFileParser()).build();
            List<CompletableFuture<LookupResult>> asked = new ArrayList<>();
            for (int type : types(query.network())) {
                asked.add(session.lookupAsync(name, type).toCompletableFuture());
            }
            return collect(asked, query);
        } catch (TextParseException e) {
            return new NameAnswer.Failed("not a DNS name: " + query.host());
        }
    }

    private static int[] types(IpFamily network) {
        return switch (network) {
            case IP4 -> new int[] {Type.A};
            case IP6 -> new int[] {Type.AAAA};
            case IP -> new int[] {Type.A, Type.AAAA};
        };
    }

    private static NameAnswer collect(
            List<CompletableFuture<LookupResult>> asked, NameQuery query) {
        List<Ip> found = new ArrayList<>();
        String failure = "";
        long deadline = System.nanoTime() + query.timeout().toNanos();
        for (CompletableFuture<LookupResult> one : asked) {
            try {
                long left = Math.max(1, deadline - System.nanoTime());
                one.get(left, TimeUnit.NANOSECONDS)
                        .getRecords()
                        .forEach(record -> add(record, found));
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                boolean absent =
                        cause instanceof NoSuchDomainException
                                || cause instanceof NoSuchRRSetException;
                failure = absent ? failure : DnsFailure.inWords(cause);
            } catch (TimeoutException e) {
                failure = "no answer within " + query.timeout().toMillis() + " ms";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failure = "interrupted";
            }
        }
        if (!found.isEmpty()) {
            return new NameAnswer.Found(found);
        }
        return failure.isEmpty() ? new NameAnswer.NotFound() : new NameAnswer.Failed(failure);
    }

    private static void add(Record record, List<Ip> found) {
        InetAddress address =
                switch (record) {
                    case ARecord a -> a.getAddress();
                    case AAAARecord aaaa -> aaaa.getAddress();
                    default -> null;
                };
        if (address != null) {
            found.add(Ip.ofBytes(address.getAddress()));
        }
    }
}
