package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.pool.PeerDirectory.Offer;
import dev.asterism.l7.pool.PeerDirectory.Told;
import dev.asterism.lighthouse.services.ServiceEntry;
import dev.asterism.lighthouse.services.ServiceEntry.State;
import dev.asterism.lighthouse.services.ServicesView;
import dev.asterism.lighthouse.services.ServicesView.Endpoint;
import dev.asterism.lighthouse.services.ServicesView.Verdict;
import dev.asterism.lighthouse.services.ServicesView.Wanted;
import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.view.CertificateView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What pools and people get to see of advertised services. */
class ToldServicesTest {

    private static Endpoint endpoint(String host, State state, Verdict verdict) {
        return new Endpoint(new ServiceEntry(Ip.of(host), 7, "v2", 8080, 3, state), verdict);
    }

    private static ToldServices told(boolean lastGood) {
        Wanted shop =
                new Wanted(
                        true,
                        lastGood,
                        List.of(
                                endpoint("10.42.0.1", State.HEALTHY, Verdict.USABLE),
                                endpoint("10.42.0.2", State.UNHEALTHY, Verdict.UNHEALTHY),
                                endpoint("10.42.0.3", State.HEALTHY, Verdict.REFUSED),
                                endpoint("10.42.0.4", State.HEALTHY, Verdict.NO_TUNNEL)));
        Wanted cart = new Wanted(false, false, List.of());
        return new ToldServices(
                new ServicesView(
                        List.of(),
                        List.of(),
                        Map.of("shop", shop, "cart", cart),
                        "this node has no lighthouse"),
                List.of());
    }

    private static Told of(ToldServices told, String service) {
        return Objects.requireNonNull(told.told().get(service));
    }

    private static CertificateView certificate(String network) {
        return new CertificateView(
                1,
                "host",
                List.of(Cidr.of(network)),
                List.of(),
                List.of("shop"),
                "",
                "",
                Instant.EPOCH,
                Instant.EPOCH,
                new CertificateId(new Fingerprint(0, 0, 0, 0), null, null));
    }

    @Test
    void peersOfferWhatTheirCertificatesAllow() {
        Map<Ip, List<Offer>> told = told(false).offersByHost();

        assertThat(ToldServices.offersOf(told, certificate("10.42.0.1/16")))
                .containsExactly(new Offer("shop", "v2", 8080, 3, true));
        assertThat(ToldServices.offersOf(told, certificate("10.42.0.2/16")))
                .containsExactly(new Offer("shop", "v2", 8080, 3, false));
        assertThat(ToldServices.offersOf(told, certificate("10.42.0.3/16"))).isEmpty();
        assertThat(ToldServices.offersOf(told, certificate("10.42.0.9/16"))).isEmpty();
    }

    @Test
    void saysWhoIsLeftOutAndByWhichRule() {
        assertThat(of(told(false), "shop").fallback()).isEmpty();
        assertThat(of(told(false), "shop").notes())
                .containsExactly(
                        "endpoint 10.42.0.2 gets no request: its own check of shop fails",
                        "endpoint 10.42.0.3 is left out: its certificate has no group shop, which shop needs",
                        "endpoint 10.42.0.4 is left out: there is no tunnel to it");
        assertThat(of(told(true), "shop").notes().getFirst())
                .startsWith("no lighthouse answers at the moment");
    }

    @Test
    void saysWhyGroupsCountInstead() {
        assertThat(of(told(false), "cart"))
                .isEqualTo(new Told("this node has no lighthouse", List.of()));
    }
}
