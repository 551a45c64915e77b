package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/** What the JDK does in this process, as in that of {@code serve}. */
class NoReverseLookupsTest {

    @Test
    void aClientHasNoNameButItsAddress() throws Exception {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});

        assertThat(loopback.getHostName()).isEqualTo("127.0.0.1");
    }

    @Test
    void namesHaveAddressesAsBefore() throws Exception {
        assertThat(InetAddress.getByName("localhost").isLoopbackAddress()).isTrue();
    }
}
