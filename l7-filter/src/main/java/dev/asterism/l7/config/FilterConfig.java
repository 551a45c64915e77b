package dev.asterism.l7.config;

import dev.asterism.l7.identity.TracePolicy;
import dev.asterism.l7.proxy.FilterSpec;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.overlay.config.SourcePosition;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All of {@code l7}, every default filled in. Immutable. Two that say the same are {@link #sameAs the same} wherever
 * their lines stand.
 *
 * @param drain how long, when the agent stops, what is under way may take
 * @param threads event loops; 0: half the processors, 1 to 4
 * @param services of both directions, those of {@code serve} first, in the order of the file
 * @param namedGroups every group that a selector names, with its place
 * @param text the whole section as {@link EffectiveText} writes it
 * @param hash of that text: 12 hex digits
 */
public record FilterConfig(
        boolean enabled,
        boolean failsOpen,
        Duration drain,
        Intercept intercept,
        Listening listening,
        int threads,
        Identity identity,
        AccessLogging log,
        TracePolicy trace,
        List<ServiceSpec> services,
        List<NamedGroup> namedGroups,
        String text,
        String hash) {

    /** How connections reach the filter without the application's help. */
    public enum Interception {
        /** nft where that is allowed, else in the tunnel; outbound only. */
        AUTO,
        TUNNEL,
        NFT,
        OFF
    }

    /**
     * @param opaque ports whose bytes are carried unseen, those of services with {@code protocol: tcp} among them
     */
    public record Intercept(
            Interception inbound,
            Interception outbound,
            Set<Integer> opaque,
            Duration detectTimeout) {}

    /**
     * @param listen for calls to {@code services}
     * @param admin for operators, a loopback address; null: nowhere
     */
    public record Listening(List<Listen> listen, Listen.@Nullable Tcp admin) {

        public Listening {
            listen = List.copyOf(listen);
        }
    }

    /** Where the filter listens for calls to {@code services}. */
    public sealed interface Listen {

        /** As a file writes it. */
        String text();

        record Tcp(InetSocketAddress address, String text) implements Listen {}

        /**
         * @param path of the socket file
         */
        record Unix(String path, String text) implements Listen {}
    }

    /** What metrics call a peer. */
    public enum PeerLabel {
        GROUP,
        NAME,
        BOTH
    }

    /**
     * @param meshHeaders whether applications get {@code x-mesh-peer} and its like
     * @param xfcc whether they get {@code x-forwarded-client-cert}
     * @param labelGroups of a peer in several groups the first of these is its label
     */
    public record Identity(
            boolean meshHeaders, boolean xfcc, PeerLabel label, List<String> labelGroups) {}

    /**
     * @param file empty: no access log
     * @param sampleTenThousandths how many of 10,000 successful requests are written
     * @param redact names of query parameters in lower case
     */
    public record AccessLogging(String file, int sampleTenThousandths, List<String> redact) {}

    /** A group that a selector names. */
    public record NamedGroup(String group, SourcePosition position, String path) {}

    public FilterConfig {
        services = List.copyOf(services);
        namedGroups = List.copyOf(namedGroups);
    }

    /**
     * What dispatchers get.
     *
     * @param self this node's certificate name
     */
    public FilterSpec spec(String self) {
        return new FilterSpec(services, identity.meshHeaders(), identity.xfcc(), trace, self, hash);
    }

    public List<Listen> listen() {
        return listening.listen();
    }

    /** For operators; null: nowhere. */
    public Listen.@Nullable Tcp admin() {
        return listening.admin();
    }

    public boolean sameAs(FilterConfig other) {
        return text.equals(other.text);
    }
}
