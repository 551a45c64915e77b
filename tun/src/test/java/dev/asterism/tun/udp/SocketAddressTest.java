package dev.asterism.tun.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SocketAddressTest {

    private final MemorySegment memory =
            Arena.ofAuto().allocate(SocketAddress.SLOT_BYTES, 8).fill((byte) 0x55);

    @Test
    void writesIpv4() {
        write(SocketAddress.INET, "192.0.2.7");

        assertThat(hex(8)).isEqualTo("0200" + "1092" + "c0000207");
        assertReadsBack("192.0.2.7");
    }

    @Test
    void writesIpv6WithoutFlowAndScope() {
        write(SocketAddress.INET6, "2001:db8::7");

        assertThat(hex(28))
                .isEqualTo(
                        "0a00"
                                + "1092"
                                + "00000000"
                                + "20010db8000000000000000000000007"
                                + "00000000");
        assertReadsBack("2001:db8::7");
    }

    @Test
    void writesIpv4AsMappedForAnIpv6Socket() {
        write(SocketAddress.INET6, "192.0.2.7");

        assertThat(hex(24).substring(16)).isEqualTo("00000000000000000000ffffc0000207");
        assertReadsBack("192.0.2.7");
    }

    private void write(int family, String address) {
        Ip ip = Ip.of(address);
        SocketAddress.write(memory, 0, family, ip.hi(), ip.lo(), 4242);
    }

    private void assertReadsBack(String address) {
        assertThat(new Ip(SocketAddress.hi(memory, 0), SocketAddress.lo(memory, 0)))
                .isEqualTo(Ip.of(address));
        assertThat(SocketAddress.port(memory, 0)).isEqualTo(4242);
    }

    private String hex(int bytes) {
        return HexFormat.of().formatHex(memory.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE));
    }
}
