package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CombinationsTest {

    private static final int[] SIZES = {3, 2, 4, 2, 3, 2, 3};

    private static boolean isWanted(int[] row) {
        return row[0] != 1 || row[2] < 2;
    }

    private static List<List<Integer>> lists(List<int[]> rows) {
        return rows.stream().map(row -> Arrays.stream(row).boxed().toList()).toList();
    }

    @Test
    void allAreAllThatAreWantedAndEachOnce() {
        List<List<Integer>> all = lists(new Combinations(SIZES, CombinationsTest::isWanted).all());

        assertThat(all).hasSize(864 - 864 / 6).doesNotHaveDuplicates();
        assertThat(all).allMatch(row -> row.get(0) != 1 || row.get(2) < 2);
    }

    @Test
    void fewRowsHaveEveryPairThatAnyWantedRowHas() {
        Combinations combinations = new Combinations(SIZES, CombinationsTest::isWanted);

        List<List<Integer>> few = lists(combinations.covering(2));

        assertThat(few).hasSizeBetween(12, 40).isSubsetOf(lists(combinations.all()));
        for (List<Integer> row : lists(combinations.all())) {
            for (int i = 0; i < SIZES.length; i++) {
                for (int j = 0; j < i; j++) {
                    int a = i;
                    int b = j;
                    assertThat(few)
                            .anyMatch(
                                    r ->
                                            r.get(a).equals(row.get(a))
                                                    && r.get(b).equals(row.get(b)));
                }
            }
        }
    }

    @Test
    void theRowsAreTheSameEachTime() {
        assertThat(lists(new Combinations(SIZES, _ -> true).covering(3)))
                .isEqualTo(lists(new Combinations(SIZES, _ -> true).covering(3)));
    }
}
