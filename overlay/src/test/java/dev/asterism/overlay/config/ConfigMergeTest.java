package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Cidr;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Beside the folders in {@link NebulaCasesTest}. */
class ConfigMergeTest {

    private static final ConfigText BASE =
            new ConfigText(
                    "10.yml",
                    """
                    pki: {ca: a, cert: b, key: c}
                    punchy: {punch: true}
                    listen: {port: 4242}
                    preferred_ranges: [10.1.0.0/16]
                    """);

    @Test
    void laterFilesWinOverEarlierOnes() {
        ConfigOutcome.Loaded loaded =
                merged("listen: {host: 127.0.0.1, port: 1}\npreferred_ranges: [10.2.0.0/16]");

        assertThat(loaded.config().listen().port()).isEqualTo(1);
        assertThat(loaded.config().listen().address().host()).isEqualTo("127.0.0.1");
        assertThat(loaded.config().preferredRanges())
                .containsExactly(Cidr.of("10.2.0.0/16"), Cidr.of("10.1.0.0/16"));
        assertThat(loaded.origins().of("listen.port")).hasToString("Optional[20.yml:1:33]");
        assertThat(loaded.origins().of("pki.ca")).hasToString("Optional[10.yml:1:11]");
    }

    @Test
    void saysWhenAnEmptyValueReplacesNothing() {
        ConfigOutcome.Loaded loaded = merged("punchy: {punch: false}\nlisten: {port:}");

        assertThat(loaded.config().punchy().punch()).isTrue();
        assertThat(loaded.config().listen().port()).isEqualTo(4242);
        assertThat(loaded.notices())
                .extracting(Diagnostic::toString)
                .containsExactly(
                        "20.yml:1:17: punchy.punch: `false` does not replace the value at"
                                + " 10.yml:2:17, as in Nebula (remove the earlier value)");
    }

    @Test
    void equalValuesNeedNoNotice() {
        assertThat(merged("tun: {disabled: false}").notices()).isEmpty();
    }

    @Test
    void namesBothPlacesOfAListThatMeetsAnotherKind() {
        ConfigOutcome outcome =
                ConfigReader.read(
                        List.of(BASE, new ConfigText("20.yml", "preferred_ranges: x")),
                        Strictness.REFUSE);

        assertThat(((ConfigOutcome.Refused) outcome).problems())
                .extracting(Diagnostic::toString)
                .containsExactly(
                        "20.yml:1:19: preferred_ranges: cannot append two slices with different"
                                + " type (list, string) (the list is at 10.yml:4:19)");
    }

    @Test
    void reportsBrokenFilesTogether() {
        ConfigOutcome outcome =
                ConfigReader.read(
                        List.of(
                                new ConfigText("1.yml", "a: ["),
                                new ConfigText("2.yml", "- x"),
                                new ConfigText("3.yml", "word")),
                        Strictness.REFUSE);

        assertThat(((ConfigOutcome.Refused) outcome).problems())
                .extracting(p -> p.position().file())
                .containsExactly("1.yml", "2.yml", "3.yml");
    }

    @Test
    void anEmptyFileChangesNothing() {
        assertThat(merged("").config()).isEqualTo(merged("# nothing\n---\n").config());
    }

    private static ConfigOutcome.Loaded merged(String later) {
        ConfigOutcome outcome =
                ConfigReader.read(
                        List.of(BASE, new ConfigText("20.yml", later)), Strictness.REFUSE);
        assertThat(outcome).isInstanceOf(ConfigOutcome.Loaded.class);
        return (ConfigOutcome.Loaded) outcome;
    }
}
