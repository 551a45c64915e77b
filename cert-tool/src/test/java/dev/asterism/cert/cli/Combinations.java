package dev.asterism.cert.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Rows with a choice from each of several dimensions: all that are wanted, or so few that any few choices that go
 * together meet in one of them. The same rows with each run.
 */
final class Combinations {

    /** How often a row is looked for that has some choices and is wanted, before there is taken to be none. */
    private static final int TRIES = 2000;

    private static final int CANDIDATES = 12;

    private final int[] sizes;
    private final Predicate<int[]> isWanted;
    private final Random random = new Random(7);

    /**
     * @param sizes how many choices each dimension has
     * @param isWanted of rows
     */
    Combinations(int[] sizes, Predicate<int[]> isWanted) {
        this.sizes = sizes.clone();
        this.isWanted = isWanted;
    }

    /** The choices with these numbers in these dimensions, which ascend. */
    record Part(List<Integer> dimensions, List<Integer> choices) {}

    /** Every row that is wanted. */
    List<int[]> all() {
        List<int[]> rows = new ArrayList<>();
        int[] row = new int[sizes.length];
        do {
            if (isWanted.test(row)) {
                rows.add(row.clone());
            }
        } while (advance(row, sizes));
        return rows;
    }

    private static boolean advance(int[] row, int[] limits) {
        for (int i = row.length - 1; i >= 0; i--) {
            row[i]++;
            if (row[i] < limits[i]) {
                return true;
            }
            row[i] = 0;
        }
        return false;
    }

    /**
     * Rows that have every part of so many choices which any wanted row has.
     *
     * @param strength 2 for pairs
     */
    List<int[]> covering(int strength) {
        List<List<Integer>> subsets = subsets(strength);
        Set<Part> open = parts(subsets);
        List<int[]> rows = new ArrayList<>();
        for (Part part : List.copyOf(open)) {
            if (open.contains(part)) {
                int[] best = richest(part, subsets, open);
                if (best.length > 0) {
                    open.removeAll(partsOf(best, subsets));
                    rows.add(best);
                }
            }
        }
        return rows;
    }

    /** Of some rows with this part the one with most parts that no row has yet; empty if there is no row. */
    private int[] richest(Part part, List<List<Integer>> subsets, Set<Part> open) {
        int[] best = {};
        int most = 0;
        int found = 0;
        for (int i = 0; i < TRIES && found < CANDIDATES; i++) {
            int[] row = Arrays.stream(sizes).map(random::nextInt).toArray();
            for (int j = 0; j < part.dimensions().size(); j++) {
                row[part.dimensions().get(j)] = part.choices().get(j);
            }
            if (isWanted.test(row)) {
                found++;
                int gain = (int) partsOf(row, subsets).stream().filter(open::contains).count();
                if (gain > most) {
                    most = gain;
                    best = row;
                }
            }
        }
        return best;
    }

    private List<List<Integer>> subsets(int strength) {
        List<List<Integer>> subsets = new ArrayList<>(List.of(List.of()));
        for (int i = 0; i < strength; i++) {
            List<List<Integer>> larger = new ArrayList<>();
            for (List<Integer> smaller : subsets) {
                for (int d = smaller.isEmpty() ? 0 : smaller.getLast() + 1; d < sizes.length; d++) {
                    List<Integer> more = new ArrayList<>(smaller);
                    more.add(d);
                    larger.add(List.copyOf(more));
                }
            }
            subsets = larger;
        }
        return subsets;
    }

    private Set<Part> parts(List<List<Integer>> subsets) {
        Set<Part> parts = new LinkedHashSet<>();
        for (List<Integer> subset : subsets) {
            int[] limits = subset.stream().mapToInt(d -> sizes[d]).toArray();
            int[] choices = new int[limits.length];
            do {
                parts.add(new Part(subset, Arrays.stream(choices).boxed().toList()));
            } while (advance(choices, limits));
        }
        return parts;
    }

    private static Set<Part> partsOf(int[] row, List<List<Integer>> subsets) {
        Set<Part> parts = new HashSet<>();
        for (List<Integer> subset : subsets) {
            parts.add(new Part(subset, subset.stream().map(d -> row[d]).toList()));
        }
        return parts;
    }
}
