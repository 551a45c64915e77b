package dev.asterism.l7.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamTableTest {

    /** Beside a map of the JDK: numbers that collide, holes that others must move into. */
    @Test
    void keepsWhatAMapKeeps() {
        Random random = new Random(23);
        StreamTable table = new StreamTable();
        Map<Integer, Http2Stream> map = new LinkedHashMap<>();
        for (int i = 0; i < 100_000; i++) {
            int id = 2 * random.nextInt(random.nextInt(10) == 0 ? 100_000 : 64) + 1;
            boolean full = map.size() > 60;
            if (map.containsKey(id) || full) {
                assertThat(table.remove(id)).isEqualTo(map.remove(id) != null);
            } else {
                Http2Stream stream = new ClientStream();
                table.put(id, stream);
                map.put(id, stream);
            }
            int other = 2 * random.nextInt(64) + 1;
            assertThat(table.get(other)).isSameAs(map.get(other));
            assertThat(table.count()).isEqualTo(map.size());
        }
        assertThat(List.of(table.all())).containsExactlyInAnyOrderElementsOf(map.values());
    }
}
