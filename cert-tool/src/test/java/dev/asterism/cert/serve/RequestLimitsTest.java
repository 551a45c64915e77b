package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestLimitsTest {

    private long nanos = -5;

    private static InetAddress at(String address) throws UnknownHostException {
        return InetAddress.getByName(address);
    }

    private static int admitted(RequestLimits limits, InetAddress from, int requests) {
        int count = 0;
        for (int i = 0; i < requests; i++) {
            count += limits.admit(from) && limits.admitInTotal() ? 1 : 0;
        }
        return count;
    }

    @Test
    void aSourceHasItsShareAndFillsItAgain() throws UnknownHostException {
        RequestLimits limits = new RequestLimits(10, 1000, () -> nanos);

        assertThat(admitted(limits, at("192.0.2.1"), 50)).isEqualTo(10);
        assertThat(admitted(limits, at("192.0.2.2"), 50)).isEqualTo(10);
        nanos += TimeUnit.SECONDS.toNanos(30);
        assertThat(admitted(limits, at("192.0.2.1"), 50)).isEqualTo(5);
    }

    @Test
    void anIpv6NetworkIsOneSource() throws UnknownHostException {
        RequestLimits limits = new RequestLimits(10, 1000, () -> nanos);

        assertThat(admitted(limits, at("2001:db8::1"), 6)).isEqualTo(6);
        assertThat(admitted(limits, at("2001:db8::2:1"), 50)).isEqualTo(4);
        assertThat(admitted(limits, at("2001:db8:0:1::1"), 50)).isEqualTo(10);
    }

    @Test
    void whatOneSourceHasTooManyCostsOthersNothing() throws UnknownHostException {
        RequestLimits limits = new RequestLimits(10, 15, () -> nanos);

        assertThat(admitted(limits, at("192.0.2.1"), 1000)).isEqualTo(10);
        assertThat(admitted(limits, at("192.0.2.2"), 1000)).isEqualTo(5);
        assertThat(admitted(limits, at("192.0.2.3"), 1000)).as("in total").isZero();
    }

    @Test
    void rememberedSourcesAreBounded() throws UnknownHostException {
        RequestLimits limits = new RequestLimits(1, 1_000_000, () -> nanos);
        for (int i = 0; i < 4097; i++) {
            assertThat(limits.admit(at("10.0." + i / 256 + "." + i % 256))).isTrue();
        }

        assertThat(limits.admit(at("10.0.16.0"))).as("the last one").isFalse();
        assertThat(limits.admit(at("10.0.0.0"))).as("the one that is forgotten").isTrue();
    }
}
