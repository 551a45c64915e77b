package dev.asterism.lighthouse.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.lighthouse.bundle.BundleMessage;
import dev.asterism.lighthouse.services.ServiceEntry.State;
import dev.asterism.lighthouse.services.ServiceMessage.Ack;
import dev.asterism.lighthouse.services.ServiceMessage.Ask;
import dev.asterism.lighthouse.services.ServiceMessage.Known;
import dev.asterism.lighthouse.services.ServiceMessage.Offer;
import dev.asterism.lighthouse.services.ServiceMessage.Outcome;
import dev.asterism.lighthouse.services.ServiceMessage.OwnAsk;
import dev.asterism.lighthouse.services.ServiceMessage.OwnOffer;
import dev.asterism.lighthouse.services.ServiceMessage.Part;
import dev.asterism.lighthouse.services.ServiceMessage.Refused;
import dev.asterism.lighthouse.services.ServiceMessage.Same;
import dev.asterism.lighthouse.testing.ExtensionPayloads;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.text.ServiceName;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages about services: what is read has one form, and bounds. */
class ServiceMessageFuzzTest {

    private static final String LONG_NAME = "n".repeat(ServiceName.MAX_NAME);
    private static final String LONG_VERSION = "v".repeat(ServiceName.MAX_VERSION);
    private static final OfferedService SHOP = new OfferedService("shop", "v1", 8080, 3, true);
    private static final ServiceEntry ENTRY =
            new ServiceEntry(Ip.of("10.42.0.7"), 7, LONG_VERSION, 65_535, 1_000, State.WITHDRAWN);
    private static final Known KNOWN = new Known(LONG_NAME, -5);

    private static final List<ServiceMessage> EXAMPLES =
            List.of(
                    new Offer(0, List.of()),
                    new Offer(1_700_000_000_000L, List.of(SHOP, SHOP.withHealth(false))),
                    new Offer(7, largest()),
                    new OwnAsk(-7),
                    new OwnOffer(7, 1_700_000_000_000L, largest()),
                    new Ack(7, Outcome.TAKEN, List.of(new Refused(15, Refusal.TABLE_FULL))),
                    new Ack(9, Outcome.STALE, List.of()),
                    new Ask(true, Collections.nCopies(ServiceMessage.MAX_NAMES, KNOWN)),
                    new Same(false, List.of(new Known("shop", 1))),
                    new Part(new Known("shop", 1), true, 0, 1, List.of()),
                    new Part(
                            KNOWN,
                            true,
                            15,
                            ServiceMessage.MAX_PARTS,
                            Collections.nCopies(ServiceMessage.MAX_ENTRIES, ENTRY)));

    /** As many bytes as a host may offer. */
    private static List<OfferedService> largest() {
        int each = ServiceName.MAX_TEXT / ServiceName.MAX_SERVICES;
        return IntStream.range(0, ServiceName.MAX_SERVICES)
                .mapToObj(i -> "s%02d".formatted(i) + "x".repeat(each - 3))
                .map(name -> new OfferedService(name, "", 80, 1, true))
                .toList();
    }

    static Stream<FuzzTarget> targets() {
        FuzzTarget target = FuzzTarget.of("service-message", ServiceMessageFuzzTest::check);
        EXAMPLES.forEach(example -> target.seed(example.encode()));
        return Stream.of(target);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static String check(byte[] input) {
        ServiceMessage message = ServiceMessage.decode(Bytes.copyOf(input));
        if (message == null) {
            return "refused";
        }
        assertThat(message.encode()).isEqualTo(input);
        return switch (message) {
            case Offer offer -> {
                assertThat(offer.services()).hasSizeLessThanOrEqualTo(ServiceName.MAX_SERVICES);
                yield "offer " + offer.services().size();
            }
            case OwnAsk _ -> "own question";
            case OwnOffer own -> {
                assertThat(own.services()).hasSizeLessThanOrEqualTo(ServiceName.MAX_SERVICES);
                yield "own offer " + own.services().size();
            }
            case Ack ack -> "ack " + ack.outcome();
            case Ask ask -> "ask " + ask.acknowledges();
            case Same same -> "same " + same.settled();
            case Part part -> {
                assertThat(part.part()).isBetween(0, part.parts() - 1);
                assertThat(part.entries()).hasSizeLessThanOrEqualTo(ServiceMessage.MAX_ENTRIES);
                yield "part " + part.settled();
            }
        };
    }

    @Test
    void readsWhatItWrites() {
        for (ServiceMessage example : EXAMPLES) {
            assertThat(ServiceMessage.decode(Bytes.owning(example.encode()))).isEqualTo(example);
        }
    }

    @Test
    void everyMessageFitsTheLeastMtuOfIpv6() {
        for (ServiceMessage example : EXAMPLES) {
            ExtensionPayloads.assertFitsTheLeastMtuOfIpv6(example.encode());
        }
    }

    @Test
    void isNoMessageThatAnybodyElseActsUpon() {
        for (ServiceMessage example : EXAMPLES) {
            ExtensionPayloads.assertIsNoLighthouseMessage(example.encode());
            assertThat(BundleMessage.isOne(Bytes.owning(example.encode()))).isFalse();
        }
    }

    @Test
    void refusesNamesThatAreNone() {
        for (String bad : List.of("", "a b", "a\n", "ä", "x".repeat(64))) {
            assertThat(ServiceName.isName(bad)).as(bad).isFalse();
        }
        assertThat(ServiceName.isVersion("1.2.3+build-4_x")).isTrue();
        assertThat(ServiceName.isVersion("v 1")).isFalse();
    }
}
