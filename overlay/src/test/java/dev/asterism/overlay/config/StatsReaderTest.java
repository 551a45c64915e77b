package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.OverlayConfig.Stats;
import dev.asterism.overlay.config.OverlayConfig.StatsProtocol;
import dev.asterism.overlay.config.OverlayConfig.StatsType;
import dev.asterism.overlay.net.HostAddr;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatsReaderTest {

    @Test
    void prometheus() {
        Stats stats =
                Configs.read("stats: {type: prometheus, listen: ':9100', path: /m, interval: 10s}")
                        .stats();

        assertThat(stats.type()).isEqualTo(StatsType.PROMETHEUS);
        assertThat(stats.listen()).isEqualTo(HostAddr.of("", 9100));
        assertThat(stats.path()).isEqualTo("/m");
        assertThat(stats.interval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(stats.namespace()).isEmpty();
        assertThat(stats.messageMetrics()).isFalse();
    }

    @Test
    void graphite() {
        Stats stats =
                Configs.read(
                                "stats: {type: graphite, host: '[fd00::1]:2003', protocol: udp, interval: 1m}")
                        .stats();

        assertThat(stats.type()).isEqualTo(StatsType.GRAPHITE);
        assertThat(stats.host()).isEqualTo(HostAddr.of("fd00::1", 2003));
        assertThat(stats.protocol()).isEqualTo(StatsProtocol.UDP);
        assertThat(stats.prefix()).isEqualTo("nebula");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "stats: {type: none, interval: x, listen: y}",
                "stats: {interval: 0, path: p, protocol: x}"
            })
    void whatIsOffIsNotChecked(String yaml) {
        assertThat(Configs.read(yaml).stats().type()).isEqualTo(StatsType.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type: Prometheus | stats.type was not understood: Prometheus (write none, prometheus or graphite)",
                "type: graphite, host: 'h:1' | stats.interval was an invalid duration:  (write a duration of more than 0, such as 10s)",
                "type: graphite, host: 'h:1', interval: 10 | stats.interval was an invalid duration: 10 (it has no unit; write 10s)",
                "type: graphite, host: 'h:1', interval: -1s | stats.interval was an invalid duration: -1s (write a duration of more than 0, such as 10s)",
                "type: graphite, interval: 1s | stats.host can not be empty (write host:port of the Graphite receiver)",
                "type: graphite, interval: 1s, host: h | address h: missing port in address",
                "type: graphite, interval: 1s, host: 'h:1', protocol: sctp | error while setting up graphite sink: unknown network sctp (write one of tcp, tcp4, tcp6, udp, udp4, udp6)",
                "type: prometheus, interval: 1s, path: /m | stats.listen should not be empty (write host:port, such as 127.0.0.1:9100)",
                "type: prometheus, interval: 1s, path: /m, listen: '9100' | address 9100: missing port in address",
                "type: prometheus, interval: 1s, listen: ':9100' | stats.path should not be empty (write /metrics)",
                "type: prometheus, interval: 1s, listen: ':9100', path: m | `m` does not begin with a slash (write /m)",
                "type: prometheus, interval: 1s, listen: ':9100', path: /m, namespace: 'a/b' | `a/b` cannot be a part of a metric's name (use letters without accents, digits and _)"
            })
    void saysWhereAndWhatToWrite(String yaml, String complaint) {
        assertThat(Configs.problems("stats: {" + yaml + "}"))
                .singleElement()
                .asString()
                .startsWith("c.yml:2:")
                .endsWith(complaint);
    }
}
