package dev.asterism.sim;

import static dev.asterism.sim.NatBehaviour.Dependence.ADDRESS_AND_PORT_DEPENDENT;
import static dev.asterism.sim.NatBehaviour.Dependence.ADDRESS_DEPENDENT;
import static dev.asterism.sim.NatBehaviour.Dependence.ENDPOINT_INDEPENDENT;
import static dev.asterism.sim.NatBehaviour.nat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.sim.NatBehaviour.Dependence;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 4787's behaviours, one row of a table each. */
@SuppressWarnings("NullAway") // outbound() is null only when all ports are taken
class SimNatTest {

    private static final UnderlayAddr INSIDE = UnderlayAddr.of("192.168.1.2:4242");
    private static final UnderlayAddr FAR = UnderlayAddr.of("198.51.100.1:1000");
    private static final UnderlayAddr FAR_OTHER_PORT = UnderlayAddr.of("198.51.100.1:2000");
    private static final UnderlayAddr STRANGER = UnderlayAddr.of("198.51.100.2:1000");

    @ParameterizedTest
    @CsvSource({
        "ENDPOINT_INDEPENDENT,        true,  true",
        "ADDRESS_DEPENDENT,           true,  false",
        "ADDRESS_AND_PORT_DEPENDENT,  false, false"
    })
    void reusesAMappingAsFarAsTheMappingBehaviourSays(
            Dependence mapping, boolean sameForOtherPort, boolean sameForStranger) {
        SimNat nat = of(nat(mapping, ENDPOINT_INDEPENDENT));

        UnderlayAddr first = nat.outbound(INSIDE, FAR, 0);

        assertThat(nat.outbound(INSIDE, FAR, 1)).isEqualTo(first);
        assertThat(nat.outbound(INSIDE, FAR_OTHER_PORT, 1).equals(first))
                .isEqualTo(sameForOtherPort);
        assertThat(nat.outbound(INSIDE, STRANGER, 1).equals(first)).isEqualTo(sameForStranger);
    }

    @ParameterizedTest
    @CsvSource({
        "ENDPOINT_INDEPENDENT,        true,  true",
        "ADDRESS_DEPENDENT,           true,  false",
        "ADDRESS_AND_PORT_DEPENDENT,  false, false"
    })
    void admitsAsFarAsTheFilteringBehaviourSays(
            Dependence filtering, boolean otherPort, boolean stranger) {
        SimNat nat = of(nat(ENDPOINT_INDEPENDENT, filtering));

        UnderlayAddr outside = nat.outbound(INSIDE, FAR, 0);

        assertThat(nat.inbound(FAR, outside, 1)).isEqualTo(INSIDE);
        assertThat(nat.inbound(FAR_OTHER_PORT, outside, 1) != null).isEqualTo(otherPort);
        assertThat(nat.inbound(STRANGER, outside, 1) != null).isEqualTo(stranger);
    }

    @Test
    void admitsNothingToAPortWithoutMapping() {
        SimNat nat = of(nat(ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT));

        assertThat(nat.inbound(FAR, new UnderlayAddr(nat.address(), 4242), 0)).isNull();
    }

    @Test
    void forgetsAMappingThatWasNotUsedOutwards() {
        SimNat nat = of(nat(ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT));
        long expiry = Duration.ofSeconds(30).toNanos();

        UnderlayAddr outside = nat.outbound(INSIDE, FAR, 0);

        assertThat(nat.inbound(FAR, outside, expiry)).isEqualTo(INSIDE);
        assertThat(nat.inbound(FAR, outside, expiry + 1)).isNull();
        assertThat(nat.mappings(expiry + 1)).isZero();
    }

    @Test
    void forgetsOnePermissionWhileAnotherKeepsTheMapping() {
        SimNat nat = of(nat(ENDPOINT_INDEPENDENT, ADDRESS_DEPENDENT));
        long expiry = Duration.ofSeconds(30).toNanos();

        UnderlayAddr outside = nat.outbound(INSIDE, FAR, 0);
        nat.outbound(INSIDE, STRANGER, expiry);

        assertThat(nat.inbound(FAR, outside, expiry + 1)).isNull();
        assertThat(nat.inbound(STRANGER, outside, expiry + 1)).isEqualTo(INSIDE);
    }

    @Test
    void preservesAPortUntilItIsTaken() {
        SimNat nat = of(nat(ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT));
        UnderlayAddr neighbour = UnderlayAddr.of("192.168.1.3:4242");

        assertThat(nat.outbound(INSIDE, FAR, 0).port()).isEqualTo(4242);
        assertThat(nat.outbound(neighbour, FAR, 0).port()).isEqualTo(4243);
    }

    @Test
    void countsPortsUpwardsWhenSequential() {
        SimNat nat =
                of(
                        nat(ADDRESS_AND_PORT_DEPENDENT, ADDRESS_AND_PORT_DEPENDENT)
                                .withPorts(NatBehaviour.Ports.SEQUENTIAL));

        int first = nat.outbound(INSIDE, FAR, 0).port();

        assertThat(nat.outbound(INSIDE, STRANGER, 0).port())
                .isEqualTo(first == 65535 ? 1024 : first + 1);
    }

    @Test
    void drawsPortsFromTheSeedWhenRandom() {
        NatBehaviour random =
                nat(ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT)
                        .withPorts(NatBehaviour.Ports.RANDOM);

        int port = of(random).outbound(INSIDE, FAR, 0).port();

        assertThat(port).isNotEqualTo(4242).isBetween(1024, 65535);
        assertThat(of(random).outbound(INSIDE, FAR, 0).port()).isEqualTo(port);
    }

    @Test
    void losesItsStateWhenRebooted() {
        SimNat nat = of(nat(ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT));
        UnderlayAddr outside = nat.outbound(INSIDE, FAR, 0);

        nat.forget();

        assertThat(nat.inbound(FAR, outside, 1)).isNull();
    }

    @Test
    void mapsToTheAddressItWasGivenLast() {
        SimNat nat = of(nat(ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT));

        nat.readdress("203.0.113.200");

        assertThat(nat.outbound(INSIDE, FAR, 0).ip()).isEqualTo(Ip.of("203.0.113.200"));
    }

    private static SimNat of(NatBehaviour behaviour) {
        Realm internet = new Realm(null, Ip.of("203.0.113.1"));
        return new SimNat("nat", behaviour, internet, Ip.of("192.168.1.2"), new SimRandom(7));
    }
}
