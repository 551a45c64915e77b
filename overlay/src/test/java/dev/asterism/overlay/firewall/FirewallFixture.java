package dev.asterism.overlay.firewall;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.config.FirewallRule;
import dev.asterism.overlay.config.FirewallRule.Network;
import dev.asterism.overlay.config.FirewallRule.Protocol;
import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import dev.asterism.overlay.config.OverlayConfig.RefusedAction;
import dev.asterism.overlay.config.PortRange;
import dev.asterism.overlay.config.SourcePosition;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Rules, certificates' attributes and flows in few words. */
final class FirewallFixture {

    static final String CA_SHA = "ca".repeat(32);
    static final LocalNetworks OWN = own("10.42.0.1/16", "fd42::1/64");

    private FirewallFixture() {}

    static LocalNetworks own(String... networks) {
        return new LocalNetworks(cidrs(networks), List.of());
    }

    static List<Cidr> cidrs(String... texts) {
        return Arrays.stream(texts).map(Cidr::of).toList();
    }

    static Rule rule(String proto, String port) {
        return new Rule(proto, port, "", List.of(), "", "", "", "");
    }

    static Rule anyHost(String proto, String port) {
        return rule(proto, port).host("any");
    }

    /** A rule in the making. */
    record Rule(
            String proto,
            String port,
            String host,
            List<String> groups,
            String cidr,
            String localCidr,
            String caName,
            String caSha) {

        Rule host(String value) {
            return new Rule(proto, port, value, groups, cidr, localCidr, caName, caSha);
        }

        Rule groups(String... value) {
            return new Rule(proto, port, host, List.of(value), cidr, localCidr, caName, caSha);
        }

        Rule cidr(String value) {
            return new Rule(proto, port, host, groups, value, localCidr, caName, caSha);
        }

        Rule localCidr(String value) {
            return new Rule(proto, port, host, groups, cidr, value, caName, caSha);
        }

        Rule caName(String value) {
            return new Rule(proto, port, host, groups, cidr, localCidr, value, caSha);
        }

        Rule caSha(String value) {
            return new Rule(proto, port, host, groups, cidr, localCidr, caName, value);
        }

        FirewallRule at(int line) {
            return new FirewallRule(
                    new SourcePosition("config.yml", line, 5),
                    proto.equals("icmp") ? PortRange.ANY : ports(port),
                    Protocol.valueOf(proto.toUpperCase(Locale.ROOT)),
                    host,
                    groups,
                    network(cidr),
                    network(localCidr),
                    caName,
                    caSha);
        }

        private static PortRange ports(String text) {
            return switch (text) {
                case "any", "0", "0-5" -> PortRange.ANY;
                case "fragment" -> PortRange.FRAGMENT;
                default -> {
                    String[] ends = text.split("-", -1);
                    yield new PortRange(
                            Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
                }
            };
        }

        private static Network network(String text) {
            boolean literal = !text.isEmpty() && !text.equals("any");
            return new Network(text, literal ? Cidr.of(text) : null);
        }
    }

    static List<FirewallRule> placed(int firstLine, Rule... rules) {
        FirewallRule[] placed = new FirewallRule[rules.length];
        for (int i = 0; i < rules.length; i++) {
            placed[i] = rules[i].at(firstLine + i);
        }
        return List.of(placed);
    }

    static FirewallSection section(List<FirewallRule> inbound, List<FirewallRule> outbound) {
        return section(inbound, outbound, false);
    }

    static FirewallSection section(
            List<FirewallRule> inbound, List<FirewallRule> outbound, boolean defaultLocalCidrAny) {
        return new FirewallSection(
                inbound,
                outbound,
                RefusedAction.DROP,
                RefusedAction.DROP,
                defaultLocalCidrAny,
                Duration.ofMinutes(12),
                Duration.ofMinutes(3),
                Duration.ofMinutes(10));
    }

    static FirewallSection inbound(Rule... rules) {
        return section(placed(10, rules), List.of());
    }

    static FirewallSection outbound(Rule... rules) {
        return section(List.of(), placed(50, rules));
    }

    static RuleSet compiled(FirewallSection section, LocalNetworks own) {
        return RuleCompiler.compile(section, own);
    }

    static RulesInForce firewall(FirewallSection section) {
        return firewall(section, OWN);
    }

    static RulesInForce firewall(FirewallSection section, LocalNetworks own) {
        return new RulesInForce(compiled(section, own), new Conntrack(1024, 42));
    }

    /** host1 at 10.42.0.2 and fd42::2, in the groups. */
    static PeerAttributes attributes(String... groups) {
        return new PeerAttributes(
                "host1",
                cidrs("10.42.0.2/16", "fd42::2/64"),
                List.of(),
                List.of(groups),
                fingerprint(CA_SHA),
                "test ca",
                fingerprint("0123456789abcdef".repeat(4)));
    }

    static PeerAttributes withNetworks(
            PeerAttributes attributes, List<Cidr> networks, List<Cidr> unsafe) {
        return new PeerAttributes(
                attributes.name(),
                networks,
                unsafe,
                attributes.groups(),
                attributes.issuer(),
                attributes.caName(),
                attributes.fingerprint());
    }

    static PeerAttributes withFingerprint(PeerAttributes attributes, String hex) {
        return new PeerAttributes(
                attributes.name(),
                attributes.networks(),
                attributes.unsafeNetworks(),
                attributes.groups(),
                attributes.issuer(),
                attributes.caName(),
                fingerprint(hex));
    }

    static Fingerprint fingerprint(String hex) {
        return Objects.requireNonNull(Fingerprint.parse(hex), hex);
    }

    static PeerIdentity peer(String... groups) {
        return new PeerIdentity(attributes(groups));
    }

    static FlowKey tcp(int localPort, int remotePort) {
        return flow("10.42.0.1", localPort, "10.42.0.2", remotePort, 6);
    }

    /** A member of the mesh, at 10.42.0.0 plus its number. */
    static PeerIdentity member(int number) {
        String address = "10.42." + (number >> 8) + "." + (number & 0xFF) + "/16";
        return new PeerIdentity(
                new PeerAttributes(
                        "member" + number,
                        cidrs(address),
                        List.of(),
                        List.of(),
                        fingerprint(CA_SHA),
                        "test ca",
                        fingerprint("%016x".formatted(number * 0x9E3779B97F4A7C15L).repeat(4))));
    }

    static FlowKey flow(String local, int localPort, String remote, int remotePort, int protocol) {
        FlowKey flow = new FlowKey();
        Ip localIp = Ip.of(local);
        Ip remoteIp = Ip.of(remote);
        flow.localHi = localIp.hi();
        flow.localLo = localIp.lo();
        flow.remoteHi = remoteIp.hi();
        flow.remoteLo = remoteIp.lo();
        flow.localPort = localPort;
        flow.remotePort = remotePort;
        flow.protocol = protocol;
        return flow;
    }

    static FlowKey laterFragment(FlowKey of) {
        FlowKey flow = of.copy();
        flow.fragment = true;
        flow.localPort = 0;
        flow.remotePort = 0;
        return flow;
    }
}
