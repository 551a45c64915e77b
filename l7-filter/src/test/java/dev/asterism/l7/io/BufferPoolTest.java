package dev.asterism.l7.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BufferPoolTest {

    private final BufferPool pool = new BufferPool();

    private List<byte[]> taken(int count, int bytes) {
        List<byte[]> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(pool.take(bytes));
        }
        return taken;
    }

    /** The very same arrays. */
    private static long common(List<byte[]> some, List<byte[]> others) {
        Set<byte[]> same = Collections.newSetFromMap(new IdentityHashMap<>());
        same.addAll(others);
        return some.stream().filter(same::contains).count();
    }

    @Test
    void keepsNoMoreOfAllSizesThanItMay() {
        pool.most(6 << 10);
        List<byte[]> first = taken(4, 2 << 10);
        first.addAll(taken(1, 1 << 10));
        first.forEach(pool::give);

        assertThat(common(taken(4, 2 << 10), first)).isEqualTo(3);
        List<byte[]> small = taken(1, 1 << 10);
        assertThat(common(small, first)).isZero();

        small.forEach(pool::give); // what has been taken out again has left room
        assertThat(common(taken(1, 1 << 10), small)).isEqualTo(1);
    }

    @Test
    void forgetsWhatNobodyNeededSinceTheLastLook() {
        List<byte[]> crowd = taken(8, 2 << 10);
        crowd.forEach(pool::give);
        pool.forgetUnneeded(); // all eight were in use since then

        taken(3, 2 << 10).forEach(pool::give);
        pool.forgetUnneeded();

        List<byte[]> next = taken(8, 2 << 10);
        assertThat(common(next, crowd)).isEqualTo(3);

        next.forEach(pool::give);
        pool.forgetUnneeded();
        pool.forgetUnneeded();
        assertThat(common(taken(8, 2 << 10), next)).isZero();
    }
}
