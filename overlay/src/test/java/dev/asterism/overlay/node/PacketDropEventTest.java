package dev.asterism.overlay.node;

import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.ipv6Extended;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.ConfigReader;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.LocalNetworks;
import dev.asterism.overlay.firewall.RuleCompiler;
import dev.asterism.overlay.firewall.RuleSet;
import dev.asterism.overlay.firewall.Verdict;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IpPacket;
import dev.asterism.overlay.packet.PacketFault;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people are told of a refused packet. */
class PacketDropEventTest {

    private static final RuleSet RULES =
            rules(
                    """
                    pki: {ca: ca, cert: c, key: k}
                    firewall:
                      inbound:
                        - {port: 443, proto: tcp, host: any}
                        - {port: 5000-5100, proto: udp, host: any}
                    """);

    @Test
    void namesPortsAndTheRulesThatWereAsked() {
        byte[] packet = ipv4(17, "10.42.0.2", "10.42.0.1", udp(40_000, 53, 8));

        PacketDropEvent event = refused(packet, Verdict.DROP_NO_RULE);

        assertThat(event.localPort()).isEqualTo("53");
        assertThat(event.remotePort()).isEqualTo("40000");
        assertThat(event.rules())
                .isEqualTo(
                        "no rule matched; checked 2: test.yml:4 (tcp 443) test.yml:5 (udp 5000-5100)");
    }

    @Test
    void saysThatAFragmentIsOneAndWhichKeyAdmitsIt() {
        byte[] four = ipv4(17, "10.42.0.2", "10.42.0.1", 0x00B9, new byte[0], new byte[64]);
        byte[] fragmentHeader = {17, 0, 0x05, (byte) 0xC8, 0, 0, 0, 1};
        byte[] six = ipv6Extended(44, "fd42::2", "fd42::1", fragmentHeader, new byte[64]);
        for (byte[] packet : List.of(four, six)) {
            PacketDropEvent event = refused(packet, Verdict.DROP_NO_RULE);

            assertThat(event.localPort()).isEqualTo("fragment");
            assertThat(event.remotePort()).isEqualTo("fragment");
            assertThat(event.rules())
                    .isEqualTo(
                            "a fragment without ports: only a rule with 'port: fragment' or"
                                    + " 'port: any' can admit it; no rule matched; checked 2: test.yml:4"
                                    + " (tcp 443) test.yml:5 (udp 5000-5100)");
        }
    }

    @Test
    void blamesNoRuleThatWasNotAsked() {
        byte[] packet = ipv4(17, "10.99.0.2", "10.42.0.1", udp(1, 5000, 8));

        PacketDropEvent event = refused(packet, Verdict.DROP_REMOTE_ADDRESS);

        assertThat(event.rules()).isEqualTo("not evaluated (dropped before the rules)");
        assertThat(event.message())
                .isEqualTo(
                        "Packet dropped by the firewall: remote address is not in remote"
                                + " certificate networks");
    }

    private static PacketDropEvent refused(byte[] packet, Verdict verdict) {
        FlowKey flow = new FlowKey();
        assertThat(IpPacket.parseIncoming(MemorySegment.ofArray(packet), 0, packet.length, flow))
                .isEqualTo(PacketFault.NONE);
        return PacketDropEvent.of(
                new ControlCommand.PacketDropped(Direction.INBOUND, flow, verdict, "laptop"),
                RULES);
    }

    private static RuleSet rules(String yaml) {
        ConfigOutcome read = ConfigReader.read("test.yml", yaml);
        if (!(read instanceof ConfigOutcome.Loaded loaded)) {
            throw new AssertionError(read.toString());
        }
        LocalNetworks own =
                new LocalNetworks(
                        List.of(Cidr.of("10.42.0.1/16"), Cidr.of("fd42::1/64")), List.of());
        return RuleCompiler.compile(loaded.config().firewall(), own);
    }
}
