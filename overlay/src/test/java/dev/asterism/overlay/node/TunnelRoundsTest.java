package dev.asterism.overlay.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.tunnel.TestTunnels;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.tunnel.TunnelTable.TunnelRank;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class TunnelRoundsTest {

    private static final long SECOND = 1_000_000_000L;

    private final TestTunnels make = new TestTunnels();
    private final TunnelTable table = new TunnelTable();
    private final TunnelRounds rounds = new TunnelRounds(table, SECOND);
    private long now = 5 * SECOND;

    @Test
    void isOffWithoutTunnelsAndBeginsOnePeriodAfterTheFirst() {
        assertThat(rounds.takeDue(at(now))).isNull();
        assertThat(rounds.nextNanos()).isEqualTo(Long.MAX_VALUE);

        add(1);
        assertThat(rounds.takeDue(at(now))).isNull();
        assertThat(rounds.nextNanos()).isEqualTo(now + SECOND);
        assertThat(rounds.takeDue(at(now + SECOND - 1))).isNull();
        assertThat(rounds.takeDue(at(now + SECOND))).hasSize(1);
        assertThat(rounds.nextNanos()).isEqualTo(now + 2 * SECOND);
    }

    @Test
    void aFewHaveTheirTurnTogether() {
        add(TunnelRounds.AT_ONCE);
        rounds.takeDue(at(now));

        assertThat(rounds.takeDue(at(now + SECOND))).containsExactlyElementsOf(table.all());
        assertThat(rounds.isBetweenRounds()).isTrue();
    }

    @Test
    void manyHaveTheirTurnsOverThePeriodAndEachOnce() {
        add(1_000);
        rounds.takeDue(at(now));
        now += SECOND;
        for (int round = 0; round < 3; round++) {
            List<Tunnel> seen = new ArrayList<>();
            long began = rounds.nextNanos();
            do {
                now = rounds.nextNanos();
                assertThat(now).isBetween(began, began + SECOND - 1);
                List<Tunnel> due = rounds.takeDue(at(now));
                assertThat(due).hasSizeBetween(1, TunnelRounds.AT_ONCE);
                seen.addAll(due);
            } while (!rounds.isBetweenRounds());

            assertThat(seen).hasSize(1_000).containsExactlyElementsOf(table.all());
            assertThat(rounds.nextNanos()).isEqualTo(began + SECOND);
        }
    }

    @Test
    void oneThatComesDuringARoundHasItsTurnInTheNext() {
        add(2 * TunnelRounds.AT_ONCE);
        rounds.takeDue(at(now));
        LinkedHashSet<Tunnel> first = new LinkedHashSet<>(table.all());
        List<Tunnel> seen = new ArrayList<>(rounds.takeDue(at(rounds.nextNanos())));
        add(1);
        seen.addAll(rounds.takeDue(at(rounds.nextNanos())));
        assertThat(seen).containsExactlyElementsOf(first);

        seen.clear();
        do {
            seen.addAll(rounds.takeDue(at(rounds.nextNanos())));
        } while (!rounds.isBetweenRounds());
        assertThat(seen).containsExactlyElementsOf(table.all());
    }

    @Test
    void aRoundThatFindsNobodyIsEmptyAndTheLast() {
        add(3);
        rounds.takeDue(at(now));
        List.copyOf(table.all()).forEach(table::remove);

        assertThat(rounds.takeDue(at(now + SECOND))).isEmpty();
        assertThat(rounds.nextNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void afterAPauseItDoesNotRunToCatchUp() {
        add(5 * TunnelRounds.AT_ONCE);
        rounds.takeDue(at(now));
        now += 60 * SECOND;
        for (int part = 0; part < 5; part++) {
            assertThat(rounds.takeDue(at(now))).hasSize(TunnelRounds.AT_ONCE);
            assertThat(rounds.takeDue(at(now))).isNull();
            assertThat(rounds.nextNanos()).isEqualTo(now + SECOND / 5);
            now = rounds.nextNanos();
        }
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            int number = table.size() + 1;
            String network = "10.42." + number / 200 + "." + (number % 200 + 10) + "/16";
            table.add(make.initiated("host" + number, network), TunnelRank.PRIMARY);
        }
    }

    private static Tick at(long nanos) {
        return new Tick(nanos, Instant.EPOCH);
    }
}
