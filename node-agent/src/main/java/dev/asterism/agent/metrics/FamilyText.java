package dev.asterism.agent.metrics;

import dev.asterism.agent.metrics.PageServer.Page;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** Series of one part of the agent as Prometheus's text. Any thread. */
public final class FamilyText {

    private final LabelledSeries series;
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    /**
     * @param source asked for each page
     */
    public FamilyText(Supplier<List<LabelledFamily>> source) {
        series = new LabelledSeries(source);
    }

    public Page page() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(8 * 1024);
        writer.write(out, series.collect(), EscapingScheme.UNDERSCORE_ESCAPING);
        return new Page(200, Exposition.CONTENT_TYPE, out.toByteArray());
    }
}
