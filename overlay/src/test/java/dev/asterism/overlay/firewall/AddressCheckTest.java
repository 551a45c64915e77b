package dev.asterism.overlay.firewall;

import static dev.asterism.overlay.firewall.Direction.INBOUND;
import static dev.asterism.overlay.firewall.Direction.OUTBOUND;
import static dev.asterism.overlay.firewall.FirewallFixture.OWN;
import static dev.asterism.overlay.firewall.FirewallFixture.anyHost;
import static dev.asterism.overlay.firewall.FirewallFixture.attributes;
import static dev.asterism.overlay.firewall.FirewallFixture.cidrs;
import static dev.asterism.overlay.firewall.FirewallFixture.firewall;
import static dev.asterism.overlay.firewall.FirewallFixture.flow;
import static dev.asterism.overlay.firewall.FirewallFixture.inbound;
import static dev.asterism.overlay.firewall.FirewallFixture.placed;
import static dev.asterism.overlay.firewall.FirewallFixture.rule;
import static dev.asterism.overlay.firewall.FirewallFixture.section;
import static dev.asterism.overlay.firewall.FirewallFixture.withNetworks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A7.4, A7.9, A7.10, N06 and V04: whose addresses a packet may carry. */
class AddressCheckTest {

    private static final FirewallSection OPEN =
            section(placed(1, anyHost("any", "any")), placed(9, anyHost("any", "any")));
    private static final long NOW = -5;

    /** A7.4. */
    @Test
    void refusesAnAddressThatIsNotThePeers() {
        RulesInForce firewall = firewall(OPEN);
        PeerIdentity single = peerWith("10.42.0.2/16");

        assertThat(check(firewall, single, "10.42.0.3").reason())
                .isEqualTo("remote address is not in remote certificate networks");
        assertThat(check(firewall, single, "10.42.0.2").passed()).isTrue();
    }

    /** A7.9. */
    @Test
    void refusesAnotherPeersAddressEvenOnATrackedFlow() {
        RulesInForce firewall = firewall(OPEN);
        assertThat(check(firewall, peerWith("10.42.0.2/16"), "10.42.0.2").passed()).isTrue();

        Verdict spoofed = check(firewall, peerWith("10.42.0.3/16"), "10.42.0.2");

        assertThat(spoofed).isEqualTo(Verdict.DROP_REMOTE_ADDRESS);
        assertThat(check(firewall, peerWith("10.42.0.2/16"), "10.42.0.2").passed()).isTrue();
    }

    /** A7.10. */
    @Test
    void acceptsWhatThePeerRoutesForAndRefusesItsForeignAddresses() {
        PeerIdentity router =
                peerWith(cidrs("10.42.0.2/16", "10.99.0.2/16"), cidrs("192.168.0.0/24"));
        RulesInForce firewall = firewall(OPEN);

        assertThat(check(firewall, router, "192.168.0.9").passed()).isTrue();
        assertThat(check(firewall, router, "192.168.1.9")).isEqualTo(Verdict.DROP_REMOTE_ADDRESS);
        assertThat(check(firewall, router, "10.99.0.2").reason())
                .isEqualTo("remote address is not within a network that we handle");
        assertThat(check(firewall, router, "10.99.0.3")).isEqualTo(Verdict.DROP_REMOTE_ADDRESS);
    }

    /** A7.10. */
    @Test
    void refusesLocalAddressesThatAreNotOurs() {
        LocalNetworks routing = new LocalNetworks(OWN.networks(), cidrs("172.16.0.0/12"));
        RulesInForce firewall =
                firewall(
                        section(placed(1, anyHost("any", "any").localCidr("any")), List.of()),
                        routing);
        PeerIdentity peer = new PeerIdentity(attributes());

        assertThat(local(firewall, peer, "10.42.0.1").passed()).isTrue();
        assertThat(local(firewall, peer, "172.20.1.1").passed()).isTrue();
        assertThat(local(firewall, peer, "10.42.0.9").reason())
                .isEqualTo("local address is not in list of handled local addresses");
        assertThat(local(firewall, peer, "172.32.0.1")).isEqualTo(Verdict.DROP_LOCAL_ADDRESS);
    }

    @Test
    void leavesRoutedNetworksOutOfRulesWithoutLocalCidr() {
        LocalNetworks routing = new LocalNetworks(OWN.networks(), cidrs("172.16.0.0/12"));
        PeerIdentity peer = new PeerIdentity(attributes());
        RulesInForce plain = firewall(inbound(anyHost("any", "any")), routing);
        RulesInForce anyByDefault =
                firewall(section(placed(1, anyHost("any", "any")), List.of(), true), routing);
        RulesInForce named =
                firewall(inbound(rule("any", "any").localCidr("172.16.0.0/16")), routing);

        assertThat(local(plain, peer, "10.42.0.1").passed()).isTrue();
        assertThat(local(plain, peer, "172.16.1.1")).isEqualTo(Verdict.DROP_NO_RULE);
        assertThat(local(anyByDefault, peer, "172.16.1.1").passed()).isTrue();
        assertThat(local(named, peer, "172.16.1.1").passed()).isTrue();
        assertThat(local(named, peer, "172.17.1.1")).isEqualTo(Verdict.DROP_NO_RULE);
        assertThat(local(named, peer, "10.42.0.1")).isEqualTo(Verdict.DROP_NO_RULE);
    }

    /** N06. */
    @Test
    void refusesOurNetworksOutOfADefaultRoute() {
        PeerIdentity exit = peerWith(cidrs("10.42.0.2/16"), cidrs("0.0.0.0/0"));
        RulesInForce firewall = firewall(OPEN);

        assertThat(check(firewall, exit, "8.8.8.8").passed()).isTrue();
        assertThat(check(firewall, exit, "10.42.0.77").reason())
                .isEqualTo(
                        "remote address is in our vpn networks but arrived via the peer's unsafe network");
        assertThat(check(firewall, exit, "10.42.0.2").passed()).isTrue();
        assertThat(firewall.check(OUTBOUND, to("10.42.0.77"), exit, NOW).passed()).isTrue();
        assertThat(check(firewall, exit, "fd42::9")).isEqualTo(Verdict.DROP_REMOTE_ADDRESS);
    }

    @Test
    void refusesAnUnsafeNetworkInsideOurs() {
        PeerIdentity inside = peerWith(cidrs("10.42.0.2/16"), cidrs("10.42.5.0/24"));
        RulesInForce firewall = firewall(OPEN);

        assertThat(check(firewall, inside, "10.42.5.1")).isEqualTo(Verdict.DROP_REMOTE_SPOOFED);
        assertThat(check(firewall, inside, "10.42.6.1")).isEqualTo(Verdict.DROP_REMOTE_ADDRESS);
    }

    @Test
    void keepsACatchAllOfOneFamilyFromTheOther() {
        PeerIdentity exit = peerWith(cidrs("10.42.0.2/16"), cidrs("::/0"));
        RulesInForce firewall = firewall(OPEN);

        assertThat(check(firewall, exit, "8.8.8.8")).isEqualTo(Verdict.DROP_REMOTE_ADDRESS);
        assertThat(check(firewall, exit, "2001:db8::1").passed()).isTrue();
    }

    /** V04. */
    @Test
    void agreesWithAListScanForRandomCertificatesAndSources() {
        Random random = new Random(2820);
        EnumSet<Verdict> seen = EnumSet.noneOf(Verdict.class);
        for (int round = 0; round < 3_000; round++) {
            LocalNetworks own =
                    new LocalNetworks(networks(random, 1 + random.nextInt(2)), List.of());
            List<Cidr> certified = networks(random, 1 + random.nextInt(3));
            // More than the linear scan takes, once in a while.
            int routed = random.nextInt(8) == 0 ? 17 + random.nextInt(20) : random.nextInt(4);
            List<Cidr> unsafe = networks(random, routed);
            PeerIdentity peer = new PeerIdentity(withNetworks(attributes(), certified, unsafe));
            for (int i = 0; i < 40; i++) {
                Direction direction = random.nextBoolean() ? INBOUND : OUTBOUND;
                Ip source = source(random, certified, unsafe, own);

                Verdict verdict = peer.judgeRemote(own, direction, source.hi(), source.lo());

                assertThat(verdict)
                        .as("%s from %s routing %s as %s", source, certified, unsafe, own)
                        .isEqualTo(scanned(direction, source, certified, unsafe, own.networks()));
                seen.add(verdict);
            }
        }
        assertThat(seen).hasSize(4);
    }

    private static Verdict scanned(
            Direction direction,
            Ip source,
            List<Cidr> certified,
            List<Cidr> unsafe,
            List<Cidr> ours) {
        boolean inOurs = ours.stream().anyMatch(n -> n.contains(source));
        if (certified.stream().anyMatch(n -> n.address().equals(source))) {
            return inOurs ? Verdict.PASS : Verdict.DROP_REMOTE_OUTSIDE_OUR_NETWORKS;
        }
        // As the spec has it: the overlap is made of whole networks, taken by longest match.
        Cidr longest = null;
        boolean refused = false;
        for (Cidr network : unsafe) {
            boolean whole = ours.stream().anyMatch(o -> o.covers(network));
            if (network.contains(source) && (longest == null || network.bits() > longest.bits())) {
                longest = network;
                refused = whole;
            }
        }
        if (longest == null) {
            return Verdict.DROP_REMOTE_ADDRESS;
        }
        for (Cidr own : ours) {
            refused |= own.contains(source) && unsafe.stream().anyMatch(u -> u.covers(own));
        }
        return direction == INBOUND && refused ? Verdict.DROP_REMOTE_SPOOFED : Verdict.PASS;
    }

    /** Few distinct bits, so that networks nest and addresses meet. */
    private static List<Cidr> networks(Random random, int count) {
        List<Cidr> networks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Ip address = address(random);
            int bits = address.isIpv4() ? random.nextInt(33) : random.nextInt(129);
            networks.add(new Cidr(address, bits));
        }
        return networks;
    }

    private static Ip address(Random random) {
        return random.nextInt(3) == 0
                ? new Ip(
                        0xFD00_0000_0000_0000L | (long) random.nextInt(4) << 40,
                        random.nextInt(4) << 8 | random.nextInt(4))
                : Ip.ofIpv4(10 << 24 | random.nextInt(4) << 16 | random.nextInt(6));
    }

    private static Ip source(
            Random random, List<Cidr> certified, List<Cidr> unsafe, LocalNetworks own) {
        List<Cidr> near = new ArrayList<>(certified);
        near.addAll(unsafe);
        near.addAll(own.networks());
        Cidr one = near.get(random.nextInt(near.size()));
        return switch (random.nextInt(4)) {
            case 0 -> one.address();
            case 1 -> one.masked().address();
            case 2 -> one.last();
            default -> address(random);
        };
    }

    private static PeerIdentity peerWith(String network) {
        return peerWith(cidrs(network), List.of());
    }

    private static PeerIdentity peerWith(List<Cidr> networks, List<Cidr> unsafe) {
        return new PeerIdentity(withNetworks(attributes(), networks, unsafe));
    }

    private static FlowKey to(String remote) {
        String local = remote.contains(":") ? "fd42::1" : "10.42.0.1";
        return flow(local, 22, remote, 9, 6);
    }

    private static Verdict check(RulesInForce firewall, PeerIdentity peer, String remote) {
        return firewall.check(INBOUND, to(remote), peer, NOW);
    }

    private static Verdict local(RulesInForce firewall, PeerIdentity peer, String local) {
        return firewall.check(INBOUND, flow(local, 22, "10.42.0.2", 9, 6), peer, NOW);
    }
}
