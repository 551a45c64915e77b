package dev.asterism.overlay.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnderlayAddrTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:4242, 10.0.0.1:4242",
        "10.0.0.1:0, 10.0.0.1:0",
        "10.0.0.1:65535, 10.0.0.1:65535",
        "[fd99::1]:4242, [fd99::1]:4242",
        "[::]:1, [::]:1",
        "[::ffff:10.0.0.1]:4242, 10.0.0.1:4242",
    })
    void readsAndPrints(String text, String printed) {
        assertThat(UnderlayAddr.of(text)).hasToString(printed);
        assertThat(UnderlayAddr.of(printed)).isEqualTo(UnderlayAddr.of(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "4242",
                "10.0.0.1",
                "10.0.0.1:",
                ":4242",
                "10.0.0.1:65536",
                "10.0.0.1:-1",
                "10.0.0.1:+1",
                "10.0.0.1:4242 ",
                "10.0.0.1:999999",
                "10.0.0.1:a",
                "host:4242",
                "fd99::1:4242",
                "[fd99::1]",
                "[fd99::1]:",
                "fd99::1]:4242",
                "[fd99::1:4242",
                "[10.0.0.1]:4242",
                "[]:4242",
                "[fd99::1%eth0]:4242",
                "10.0.0.1:٤",
                "[[::1]]:1",
            })
    void refusesWhatIsNoLiteralWithPort(String text) {
        assertThat(UnderlayAddr.parse(text)).isNull();
        assertThatThrownBy(() -> UnderlayAddr.of(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ordersByAddressThenByPort() {
        assertThat(UnderlayAddr.of("10.0.0.1:9")).isLessThan(UnderlayAddr.of("10.0.0.1:10"));
        assertThat(UnderlayAddr.of("10.0.0.1:65535")).isLessThan(UnderlayAddr.of("10.0.0.2:1"));
        assertThat(UnderlayAddr.of("255.0.0.1:9")).isLessThan(UnderlayAddr.of("[::]:1"));
    }
}
