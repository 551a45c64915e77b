package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.limit.AdaptiveLimit;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of an adaptive limit outlives a reload, and what does not. */
class ReloadedLimitTest {

    private static final int MOST = 1024;

    private static ServiceSpec spec(String ofService) {
        return FilterFiles.config(
                        """
                        l7:
                          serve:
                            orders: {port: 80, to: "127.0.0.1:9090", %s}
                        """
                                .formatted(ofService))
                .services()
                .getFirst();
    }

    private final MeshRig rig = new MeshRig(spec("overload: {}"), 1).endpoints(1);

    private Service service() {
        return rig.snapshot().services().getFirst();
    }

    private int places() {
        return service().requests().most();
    }

    private AdaptiveLimit limit() {
        return Objects.requireNonNull(service().overload()).limit();
    }

    /** Enough requests, one after another, that a loop sets the places. */
    private static void closeWindows(MeshRig on) {
        for (int i = 0; i < 30; i++) {
            on.client(MeshRig.WEB, Spoken.HTTP).arrive(MeshRig.GET);
            MeshRig.Asked asked = on.asked();
            on.passMillis(10);
            asked.answers(200);
        }
    }

    @Test
    void whatWasLearntOutlivesWhatDoesNotChangeIt() {
        closeWindows(rig);
        AdaptiveLimit learnt = limit();

        rig.reload(spec("overload: {wait: 1s, classes: [{from: 'group:ci', class: batch}]}"));
        assertThat(limit()).isSameAs(learnt);
        rig.reload(spec("mode: audit, overload: {}"));
        assertThat(limit()).isSameAs(learnt);
        rig.reload(spec("overload: {least: 5}"));
        assertThat(limit()).isNotSameAs(learnt);
        rig.reload(spec("overload: {least: 5}, max: {requests: 100}"));
        assertThat(limit().limit()).isLessThanOrEqualTo(100);
    }

    @Test
    void placesAreThoseOfTheConfigurationInForce() {
        assertThat(places()).isEqualTo(8);
        rig.reload(spec("mode: audit, overload: {}"));
        assertThat(places()).isEqualTo(MOST);
        rig.reload(spec("overload: {}"));
        assertThat(places()).isEqualTo(8);
        rig.reload(spec("overload: {adaptive: false}"));
        assertThat(places()).isEqualTo(MOST);
    }

    /** It may close a window between the reload and its own turn. */
    @ParameterizedTest
    @ValueSource(strings = {"overload: {adaptive: false}", "mode: audit, overload: {}"})
    void aLoopThatHasTheOldConfigurationDoesNotSetThePlacesForGood(String next) {
        MeshRig late = rig.beside(2).endpoints(1);
        rig.reload(spec(next));
        assertThat(places()).isEqualTo(MOST);
        closeWindows(late);
        assertThat(places()).as("the old limit").isLessThan(MOST);

        late.dispatcher().apply(rig.snapshot());

        assertThat(places()).isEqualTo(MOST);
    }
}
