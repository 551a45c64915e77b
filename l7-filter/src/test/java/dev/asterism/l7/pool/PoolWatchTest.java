package dev.asterism.l7.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.identity.Selector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PoolWatchTest {

    private static final PoolWatch.Key POOL = new PoolWatch.Key(false, "orders", "default");

    private final Directory directory = new Directory();
    private final List<Consumer<AddressLookup.Answer>> questions = new ArrayList<>();
    private final List<String> published = new ArrayList<>();
    private final PoolWatch watch =
            new PoolWatch(
                    directory,
                    (host, answer) -> questions.add(answer),
                    Runnable::run,
                    (pool, set) ->
                            published.add(
                                    String.join(
                                            " ",
                                            set.entries().stream()
                                                    .map(EndpointSet.Entry::name)
                                                    .toList())));

    private void pool(PoolSpec spec) {
        watch.pools(new LinkedHashMap<>(Map.of(POOL, spec)), 1000);
    }

    private static InetAddress ip(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static PeerDirectory.Peer peer(String name, String group, int last) {
        return new PeerDirectory.Peer(
                name, List.of(group), ip(last), true, false, Long.MAX_VALUE, List.of());
    }

    @Test
    void namesWhatDnsAnswersByItsAddressAndInOneOrder() throws UnknownHostException {
        InetAddress named = InetAddress.getByAddress("b.example.org", new byte[] {10, 0, 0, 2});

        EndpointSet set =
                PoolResolver.resolved(
                        new PoolSpec.Dns("b.example.org", 80, ""), List.of(named, ip(1)));

        assertThat(set.entries())
                .extracting(EndpointSet.Entry::name)
                .containsExactly("10.0.0.1:80", "10.0.0.2:80");
    }

    @Test
    void selectsLivePeersByTheirCertificates() {
        directory.set(peer("web-1", "web", 1), peer("db-1", "db", 2), peer("web-2", "web", 3));

        pool(new PoolSpec.Select(Selector.parse("group:web"), 80, "t:1"));

        assertThat(published).containsExactly("web-1 web-2");
    }

    @Test
    void leavesOutPeersThatAreDeadBlockedOrExpired() {
        pool(new PoolSpec.Select(Selector.parse("group:web"), 80, "t:1"));
        directory.set(
                peer("good", "web", 1),
                new PeerDirectory.Peer(
                        "dead", List.of("web"), ip(2), false, false, Long.MAX_VALUE, List.of()),
                new PeerDirectory.Peer(
                        "blocked", List.of("web"), ip(3), true, true, Long.MAX_VALUE, List.of()),
                new PeerDirectory.Peer("old", List.of("web"), ip(4), true, false, 999, List.of()));

        assertThat(published).containsExactly("", "good");
    }

    @Test
    void dropsAnEndpointWhenItsCertificateEnds() {
        directory.set(
                peer("web-1", "web", 1),
                new PeerDirectory.Peer(
                        "web-2", List.of("web"), ip(2), true, false, 5000, List.of()));
        pool(new PoolSpec.Select(Selector.parse("group:web"), 80, "t:1"));
        watch.tick(4999);
        watch.tick(5000);

        assertThat(published).containsExactly("web-1 web-2", "web-1");
    }

    @Test
    void takesOffersOfTheVersionAndMarksThoseThatAreNotWell() {
        directory.set(
                offering("a", 1, new PeerDirectory.Offer("shop", "v1", 80, 1, true)),
                offering("b", 2, new PeerDirectory.Offer("shop", "v2", 81, 3, true)),
                offering("c", 3, new PeerDirectory.Offer("shop", "v2", 80, 1, false)),
                offering("d", 4, new PeerDirectory.Offer("other", "v2", 80, 1, true)));

        pool(new PoolSpec.Advertised("shop", "v2", 80, "t:1"));
        EndpointSet all =
                PoolResolver.resolve(
                        new PoolSpec.Advertised("shop", "", 80, ""), directory.peers(), 1000);

        assertThat(published).containsExactly("b c");
        assertThat(all.entries())
                .filteredOn(EndpointSet.Entry::healthy)
                .extracting(EndpointSet.Entry::address, EndpointSet.Entry::weight)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(new InetSocketAddress(ip(1), 80), 1),
                        org.assertj.core.groups.Tuple.tuple(new InetSocketAddress(ip(2), 81), 3));
    }

    @Test
    void goesByGroupsWhileNoLighthouseTells() {
        directory.set(
                new PeerDirectory.Peer(
                        "a", List.of("shop"), ip(1), true, false, Long.MAX_VALUE, List.of()),
                new PeerDirectory.Peer(
                        "b",
                        List.of("shop", "shop-v2"),
                        ip(2),
                        true,
                        false,
                        Long.MAX_VALUE,
                        List.of(new PeerDirectory.Offer("shop", "v1", 99, 5, true))));
        directory.fallback = "this node has no lighthouse";

        pool(new PoolSpec.Advertised("shop", "", 80, "t:1"));
        pool(new PoolSpec.Advertised("shop", "v2", 80, "t:1"));
        directory.fallback = "";
        pool(new PoolSpec.Advertised("shop", "", 80, "t:1"));

        assertThat(published).containsExactly("a b", "b", "b");
    }

    private static PeerDirectory.Peer offering(String name, int last, PeerDirectory.Offer offer) {
        return new PeerDirectory.Peer(
                name, List.of(), ip(last), true, false, Long.MAX_VALUE, List.of(offer));
    }

    @Test
    void asksAgainAfterTheTimeToLiveAndKeepsWhatItKnows() {
        pool(new PoolSpec.Dns("api.test", 443, "t:1"));
        assertThat(questions).hasSize(1);
        answer(new AddressLookup.Answer(List.of(ip(1), ip(2)), Duration.ofSeconds(5), false));
        watch.tick(3000);
        assertThat(questions).isEmpty();
        watch.tick(6000);
        answer(new AddressLookup.Answer(List.of(), Duration.ZERO, true));
        watch.tick(7000);
        answer(new AddressLookup.Answer(List.of(ip(2)), Duration.ofSeconds(5), false));

        assertThat(published).containsExactly("", "10.0.0.1:443 10.0.0.2:443", "10.0.0.2:443");
    }

    private void answer(AddressLookup.Answer answer) {
        questions.removeFirst().accept(answer);
    }

    /** Peers that the test sets. */
    private static final class Directory implements PeerDirectory {

        private List<Peer> peers = List.of();
        private Runnable listener = () -> {};
        private String fallback = "";

        @Override
        public Told told(String service) {
            return new Told(fallback, List.of());
        }

        void set(Peer... all) {
            peers = List.of(all);
            listener.run();
        }

        @Override
        public List<Peer> peers() {
            return peers;
        }

        @Override
        public void onChange(Runnable changed) {
            listener = changed;
        }
    }
}
