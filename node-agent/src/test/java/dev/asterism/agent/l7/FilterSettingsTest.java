package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.overlay.config.SectionOutcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parts of the agent's side of the filter that need no node. */
class FilterSettingsTest {

    @Test
    void withoutTheSectionThereIsNothing() {
        FilterSettings none = ConfigFiles.filterOf("pki: {}").value();

        assertThat(none.config()).isNull();
        assertThat(none.isOn()).isFalse();
        assertThat(ConfigFiles.filterOf("l7: {}").value()).isEqualTo(none);
        assertThat(ConfigFiles.filterOf("l7: {enabled: false}").value().isOn()).isFalse();
        assertThat(ConfigFiles.filterOf("l7: {enabled: true}").value().isOn()).isTrue();
    }

    /** What a reload reports: what says the same is no change, wherever it stands. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "services | l7: {services: {a: {port: 1}}} | l7: {services: {a: {port: 2}}} | false",
                "services | l7: {services: {a: {port: 1}}} | l7: {services: {a: {port: 1, balance: ewma}}} | true",
                "serve | l7: {services: {a: {port: 1}}} | l7: {services: {a: {port: 2}}} | true",
                "threads | l7: {threads: 1} | l7: {threads: 2} | false",
                "log.sample | l7: {log: {sample: 10%}} | l7: {log: {sample: 10.0%}} | true",
                "on_failure | l7: {enabled: true} | l7: {enabled: true, on_failure: open} | true"
            })
    void comparesWhatItMeans(String key, String before, String after, boolean same) {
        Object was = FilterValues.of(config(before), key);
        Object is = FilterValues.of(config(after), key);

        assertThat(was.equals(is)).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({
        "logs/l7.json, , logs/l7.json",
        "logs/l7.json, /var/log/a:/var/log/b, /var/log/a/logs/l7.json",
        "/x/y, /var/log/a, /x/y"
    })
    void findsThePlaceOfTheAccessLog(String name, String folder, String place) {
        assertThat(AccessLogWriter.place(name, folder)).isEqualTo(Path.of(place));
        assertThat(AccessLogWriter.place("", folder)).isNull();
    }

    @Test
    void leadsNobodyToTheFilterWhoseBytesItDoesNotLookInto() {
        FilterConfig config =
                config(
                        """
                        l7:
                          intercept: {opaque: [7]}
                          serve:
                            plain: {port: 1, to: 127.0.0.1:11}
                            tcp: {port: 2, protocol: tcp, to: 127.0.0.1:12}
                            opaque: {port: 7, to: 127.0.0.1:17}
                            limited: {port: 6, protocol: tcp, to: 127.0.0.1:16, limit: {per_peer: 5/s}}
                            path: {port: 8, protocol: tcp, to: "unix:/run/app.sock"}
                            ruled: {port: 3, protocol: tcp, to: 127.0.0.1:13, allow: [{from: any}]}
                          services:
                            db: {port: 4, protocol: tcp}
                            web: {port: 5}
                            hidden: {port: 7}
                        """);

        assertThat(Interceptions.servedThroughFilter(config))
                .extracting(ServiceSpec::name)
                .containsExactlyInAnyOrder("plain", "limited", "path", "ruled");
        assertThat(Interceptions.calledPorts(config)).containsExactly(5);
    }

    private static FilterConfig config(String yaml) {
        SectionOutcome<FilterSettings> outcome = ConfigFiles.filterOf(yaml);
        assertThat(outcome.problems()).isEqualTo(List.of());
        return Objects.requireNonNull(outcome.value().config());
    }
}
