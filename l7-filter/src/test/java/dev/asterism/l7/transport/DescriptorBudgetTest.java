package dev.asterism.l7.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptorBudgetTest {

    /** Sockets of the filter, clients among them, and whether the services' upstreams all have a place. */
    @ParameterizedTest
    @CsvSource({
        "65536, 200, 1024, 65080, 64056, true",
        "65536, 200, 30000, 65080, 35080, true",
        "65536, 200, 60000, 65080, 32540, false",
        "1024, 124, 100, 772, 672, true",
        "1024, 124, 1024, 772, 386, false",
        "400, 150, 0, 200, 200, true",
        "100, 95, 0, 16, 16, true",
        "2147483647, 200, 1024, 2147483191, 2147482167, true"
    })
    void clientsLeaveUpstreamsTheirPlaces(
            int limit, int already, int upstreams, int most, int clients, boolean fits) {
        DescriptorBudget budget = DescriptorBudget.ofLimit(limit, already);

        assertThat(budget.reserve(upstreams)).isEqualTo(fits);
        assertThat(budget.most()).isEqualTo(most);
        assertThat(budget.mostClients()).isEqualTo(clients);
    }

    @Test
    void bothTogetherStayWithinIt() {
        DescriptorBudget budget = DescriptorBudget.ofLimit(40, 5);
        assertThat(budget.reserve(10)).isTrue();
        int clients = 0;
        while (budget.tryClient()) {
            clients++;
        }
        int upstreams = 0;
        while (budget.tryUpstream()) {
            upstreams++;
        }
        assertThat(clients).isEqualTo(20);
        assertThat(upstreams).isEqualTo(10);
        assertThat(budget.open()).isEqualTo(30);

        budget.clientClosed();
        assertThat(budget.tryUpstream()).as("clients leave what they do not use").isTrue();
        assertThat(budget.tryClient()).isFalse();
        assertThat(budget.clients()).isEqualTo(19);
        budget.upstreamClosed();
        assertThat(budget.tryClient()).isTrue();
        for (int i = 0; i < 20; i++) {
            budget.clientClosed();
        }
        for (int i = 0; i < 10; i++) {
            budget.upstreamClosed();
        }
        assertThat(budget.open()).isZero();
        assertThat(budget.clients()).isZero();
    }

    @Test
    void readsWhatLinuxSays() {
        String head =
                "Limit                     Soft Limit           Hard Limit           Units     ";
        String files =
                "Max open files            20000                524288               files     ";
        assertThat(DescriptorBudget.limit(List.of(head, files))).isEqualTo(20_000);
        assertThat(DescriptorBudget.limit(List.of(files.replace("20000", "unlimited"))))
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(DescriptorBudget.limit(List.of(files.replace("20000", "18446744073709551615"))))
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(DescriptorBudget.limit(List.of())).isEqualTo(1024);
        assertThat(DescriptorBudget.ofProcess().most()).isPositive();
    }
}
