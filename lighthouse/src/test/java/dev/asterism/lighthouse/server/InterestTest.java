package dev.asterism.lighthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InterestTest {

    private final Interest interest = new Interest();

    private static Ip asker(int number) {
        return Ip.ofIpv4(0x0A2A0000 + number);
    }

    private static Ip host(int number) {
        return Ip.ofIpv4(0x0A800000 + number);
    }

    @Test
    void ofAHostTheLatestWhoAskedCount() {
        for (int i = 0; i < 12; i++) {
            interest.asked(asker(i), host(0));
        }
        interest.asked(asker(5), host(0));

        assertThat(interest.askersOf(host(0)))
                .containsExactly(
                        asker(4), asker(6), asker(7), asker(8), asker(9), asker(10), asker(11),
                        asker(5));
    }

    @Test
    void ofAnAskerTheLatestQuestionsCount() {
        interest.asked(asker(1), host(0));
        for (int i = 0; i < Interest.MAX_OF_ONE; i++) {
            interest.asked(asker(2), host(i));
        }
        interest.asked(asker(2), host(0));
        interest.asked(asker(2), host(Interest.MAX_OF_ONE));

        assertThat(interest.askersOf(host(0))).containsExactly(asker(1), asker(2));
        assertThat(interest.isAskedAbout(host(1))).isFalse();
        assertThat(interest.isAskedAbout(host(2))).isTrue();
        assertThat(interest.isAskedAbout(host(Interest.MAX_OF_ONE))).isTrue();
    }

    @Test
    void ofTooManyHostsTheOldestQuestionIsForgotten() {
        int all = Interest.MAX_HOSTS + 10;
        for (int i = 0; i < all; i++) {
            interest.asked(asker(i % 100), host(i));
        }

        assertThat(IntStream.range(0, all).filter(i -> interest.isAskedAbout(host(i))))
                .hasSize(Interest.MAX_HOSTS)
                .first()
                .isEqualTo(10);
    }

    @Test
    void forgetsOneQuestionAndNoOther() {
        interest.asked(asker(1), host(0));
        interest.asked(asker(2), host(0));
        interest.asked(asker(1), host(1));

        interest.forget(asker(1), host(0));

        assertThat(interest.askersOf(host(0))).containsExactly(asker(2));
        assertThat(interest.askersOf(host(1))).containsExactly(asker(1));
    }
}
