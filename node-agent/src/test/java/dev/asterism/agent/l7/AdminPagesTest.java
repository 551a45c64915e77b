package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.agent.control.FilterControl;
import dev.asterism.agent.metrics.PageServer.Page;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdminPagesTest {

    private static final FilterControl ANSWERS =
            new FilterControl() {
                @Override
                public void stat(JsonGenerator json) throws IOException {
                    json.writeStringField("config", "abc");
                }

                @Override
                public void services(JsonGenerator json) {}

                @Override
                public void explain(RequestQuestion asked, JsonGenerator json) {}

                @Override
                public void tap(TapRequest asked, JsonGenerator json) {}
            };

    private long now;
    private final LoopSigns signs = new LoopSigns(2, () -> now);
    private final AdminPages pages = new AdminPages(signs, List::of, () -> "l7:\n", ANSWERS);

    private String get(String path) throws IOException {
        Page page = pages.page(path, "");
        return page.status() + " " + page.text();
    }

    @Test
    void isReadyWhileEveryLoopGivesSignsOfLife() throws IOException {
        assertThat(get("/ready")).isEqualTo("200 ready\n");
        now = LoopSigns.PATIENCE_NANOS + 1;
        signs.alive(0);
        assertThat(get("/ready")).isEqualTo("503 not ready: 1 of 2 loops give no sign of life\n");
        signs.alive(1);
        assertThat(get("/ready")).isEqualTo("200 ready\n");
        pages.drain();
        assertThat(get("/ready")).isEqualTo("503 not ready: the filter is stopping\n");
    }

    @Test
    void showsWhatIsInForce() throws IOException {
        assertThat(get("/config")).isEqualTo("200 l7:\n");
        assertThat(get("/stat")).isEqualTo("200 {\"config\":\"abc\"}");
        assertThat(get("/metrics")).isEqualTo("200 ");
        assertThat(get("/")).startsWith("200 /ready ");
        assertThat(get("/drain")).startsWith("404 ");
    }
}
