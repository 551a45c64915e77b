package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.TestPackets.concat;
import static dev.asterism.overlay.packet.TestPackets.icmp;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.ipv6;
import static dev.asterism.overlay.packet.TestPackets.segment;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.sim.FuzzSeed;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against errors that quote a packet that had the other port from the beginning. */
class IcmpQuoteTest {

    private static final String A4 = "10.42.0.1";
    private static final String B4 = "10.42.0.2";
    private static final String A6 = "fd42::1";
    private static final String B6 = "fd42::2";

    @Test
    void translatesTheQuoteAndBothChecksums() {
        long seed = FuzzSeed.of(9);
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            boolean v4 = random.nextBoolean();
            boolean source = random.nextBoolean();
            int before = 1 + random.nextInt(0xFFFF);
            int after = 1 + random.nextInt(0xFFFF);
            int other = 1 + random.nextInt(0xFFFF);
            int sequence = random.nextInt();
            int quoted = random.nextBoolean() ? 8 : 20 + random.nextInt(20);
            byte[] error = error(v4, quoted, source, before, other, sequence);
            byte[] expected = error(v4, quoted, source, after, other, sequence);

            int quote = IcmpQuote.offset(segment(error), 0, error.length);
            assertThat(quote).isEqualTo(v4 ? 28 : 48);
            if (source) {
                IcmpQuote.source(segment(error), 0, error.length, quote, after);
            } else {
                IcmpQuote.destination(segment(error), 0, error.length, quote, after);
            }

            assertThat(error).as("seed %d, error %d", seed, i).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 11, 12})
    void knowsTheErrorsOfIpv4(int type) {
        byte[] error = ipv4(1, B4, A4, concat(icmp(type, 0, 0), quoted(true, 8, true, 1, 2, 3)));

        assertThat(IcmpQuote.offset(segment(error), 0, error.length)).isEqualTo(28);
    }

    @Test
    void isNoErrorOtherwise() {
        byte[] request = ipv4(1, A4, B4, icmp(8, 7, 60));
        byte[] empty = ipv4(1, A4, B4, icmp(3, 7, 0));
        byte[] datagram = ipv4(17, A4, B4, udp(3, 3, 60));
        byte[] notice = ipv6(58, A6, B6, icmp(135, 0, 60));
        byte[] later = ipv4(1, A4, B4, 0x0010, new byte[0], icmp(3, 7, 60));

        for (byte[] packet : new byte[][] {request, empty, datagram, notice, later}) {
            assertThat(IcmpQuote.offset(segment(packet), 0, packet.length)).isEqualTo(-1);
        }
    }

    private static byte[] error(
            boolean v4, int quotedBytes, boolean source, int port, int other, int sequence) {
        byte[] quote = quoted(v4, quotedBytes, source, port, other, sequence);
        return v4
                ? ipv4(1, B4, A4, concat(icmp(3, 0, 0), quote))
                : ipv6(58, B6, A6, concat(icmp(1, 0, 0), quote));
    }

    private static byte[] quoted(
            boolean v4, int bytes, boolean source, int port, int other, int sequence) {
        byte[] tcp =
                source
                        ? tcp(port, other, sequence, 4, 16, 20)
                        : tcp(other, port, sequence, 4, 16, 20);
        byte[] packet = v4 ? ipv4(6, A4, B4, tcp) : ipv6(6, A6, B6, tcp);
        return Arrays.copyOf(packet, (v4 ? 20 : 40) + bytes);
    }
}
