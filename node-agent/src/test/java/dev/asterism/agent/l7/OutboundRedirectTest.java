package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.asterism.overlay.net.Cidr;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundRedirectTest {

    private static final List<Cidr> MESH = List.of(Cidr.of("10.42.0.1/16"));

    @Test
    void everyDeviceHasATableOfItsOwn() {
        assertThat(plan("neb0").table()).isEqualTo("mesh_l7_neb0");
        assertThat(plan("mesh.7-a").table()).isEqualTo("mesh_l7_mesh_7_a");
    }

    /** The name becomes a part of nft's own language. */
    @ParameterizedTest
    @ValueSource(strings = {"", "a\"b", "a b", "a;b", "a\nb", "sixteen_letters_", "a{b"})
    void refusesWhatIsNoNameOfADevice(String device) {
        assertThatIllegalArgumentException().isThrownBy(() -> plan(device));
    }

    @Test
    void needsAMarkAndANetwork() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OutboundRedirect.Plan("neb0", MESH, 4141, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OutboundRedirect.Plan("neb0", List.of(), 4141, 1));
    }

    private static OutboundRedirect.Plan plan(String device) {
        return new OutboundRedirect.Plan(device, MESH, 4141, 1);
    }
}
