package dev.asterism.lighthouse.testing;

import dev.asterism.lighthouse.Discovery;
import dev.asterism.lighthouse.client.LocalAddresses.LocalAddress;
import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.lighthouse.staticmap.NameQuery;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.overlay.discovery.PeerMessage;
import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** One node's discovery with fakes around it. */
public final class TestNode {

    public final FakeLink link;
    public final List<MeshEvent> events = new ArrayList<>();
    public final List<NameQuery> lookUps = new ArrayList<>();
    public final List<LocalAddress> locals = new ArrayList<>();
    public final Discovery discovery;

    private final List<List<Ip>> asked = new ArrayList<>();

    public TestNode(DiscoverySettings settings) {
        this(settings, new FakeLink());
    }

    public TestNode(DiscoverySettings settings, FakeLink link) {
        this.link = link;
        Random seeded = new Random(7);
        RandomSource random = seeded::nextBytes;
        this.discovery =
                new Discovery(
                        settings,
                        link,
                        events::add,
                        (query, _) -> lookUps.add(query),
                        this::locals,
                        random);
    }

    public static Tick at(double seconds) {
        return atNanos((long) (seconds * 1e9));
    }

    private static Tick atNanos(long nanos) {
        return new Tick(nanos, Instant.ofEpochSecond(1_800_000_000L, nanos));
    }

    private List<LocalAddress> locals(List<Ip> lighthouses) {
        asked.add(lighthouses);
        return locals;
    }

    /** The lighthouse addresses that were given with each question for the local ones. */
    public List<List<Ip>> askedTowards() {
        return asked;
    }

    public TestNode local(String... ips) {
        for (String ip : ips) {
            locals.add(new LocalAddress("eth0", Ip.of(ip)));
        }
        return this;
    }

    /** A message of a peer arrives, primary address first. */
    public void receive(LighthouseMessage message, double seconds, String... from) {
        Bytes payload = Bytes.owning(message.encode());
        discovery.handle(new PeerMessage(SettingsBuilder.ips(from), 2, payload), at(seconds));
    }

    /** Runs every timer up to and including that time, each at its own deadline. */
    public void runUntil(double seconds) {
        long end = at(seconds).nanos();
        while (discovery.nextDeadlineNanos() <= end) {
            discovery.onTimer(atNanos(discovery.nextDeadlineNanos()));
        }
    }

    public List<UnderlayAddr> candidates(String overlay) {
        return discovery.remotesOf(Ip.of(overlay)).candidates(List.of());
    }

    public <T> Stream<T> events(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast);
    }

    public static List<UnderlayAddr> addresses(String... texts) {
        return Arrays.stream(texts).map(UnderlayAddr::of).toList();
    }
}
