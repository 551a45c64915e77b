package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EffectiveConfigTest {

    private final OverlayConfig running = Configs.read("");
    private final OverlayConfig files = Configs.loaded(Configs.allKeys()).config();
    private final OverlayConfig inForce = EffectiveConfig.after(running, files);

    @Test
    void keepsExactlyWhatIsReadAtTheStart() {
        ConfigDiff wanted = ConfigDiff.between(running, files);

        assertThat(ConfigDiff.between(inForce, files).keys()).isEqualTo(wanted.restartKeys());
        assertThat(ConfigDiff.between(running, inForce).restartKeys()).isEmpty();
        assertThat(ConfigDiff.between(running, inForce).keys())
                .containsExactlyElementsOf(
                        wanted.keys().stream()
                                .filter(key -> !wanted.restartKeys().contains(key))
                                .toList());
    }

    @Test
    void nothingNeedsARestartOnceTheFilesGoBack() {
        OverlayConfig back = EffectiveConfig.after(inForce, running);

        assertThat(ConfigDiff.between(back, running).isEmpty()).isTrue();
    }

    /** Origin of the table: README.md beside it. */
    @Test
    void appliesEveryKeyThatNebulaReloads() {
        KeyTree known = KeyTree.ofKnownKeys();
        List<String> compared =
                ConfigDiff.values(running).keySet().stream()
                        .filter(key -> !known.at(key).isReadAtStart())
                        .toList();

        List<String> missing =
                reloadedByNebula()
                        .filter(EffectiveConfigTest::isOurs)
                        .map(EffectiveConfigTest::holder)
                        .distinct()
                        .filter(key -> !compared.contains(key))
                        .toList();
        assertThat(missing).isEmpty();
        assertThat(reloadedByNebula().filter(EffectiveConfigTest::isOurs).count())
                .as("keys that the table and this program share")
                .isGreaterThan(50);
    }

    private static Stream<String> reloadedByNebula() {
        return Configs.resource("reload-1.12.0.tsv")
                .lines()
                .skip(1)
                .map(line -> line.split("\t", -1))
                .filter(fields -> fields[1].equals("yes"))
                .map(fields -> fields[0]);
    }

    private static boolean isOurs(String key) {
        return KnownKeys.rows()
                .anyMatch(row -> row.status() == KeyRow.Status.SUPPORTED && row.path().equals(key));
    }

    /** The key that is compared for it: lists as a whole, old spellings under the new one. */
    private static String holder(String key) {
        int item = key.indexOf("[]");
        String whole = item < 0 ? key : key.substring(0, item);
        int entry = whole.indexOf(".*");
        return switch (entry < 0 ? whole : whole.substring(0, entry)) {
            case "lighthouse.local_allow_list.interfaces" -> "lighthouse.local_allow_list";
            case "punchy" -> "punchy.punch";
            case "punch_back" -> "punchy.respond";
            case String compared -> compared;
        };
    }
}
