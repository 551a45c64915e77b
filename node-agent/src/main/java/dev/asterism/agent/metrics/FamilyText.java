package dev.asterism.agent.metrics;

import dev.asterism.agent.metrics.PageServer.Page;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** Series of one part of the agent as Prometheus's text. Any thread. */
public final class FamilyText {

    private final LabelledSeries series;
    private final PrometheusTextFormatWriter plain = PrometheusTextFormatWriter.create();
    private final OpenMetricsTextFormatWriter open = OpenMetricsTextFormatWriter.create();

    /**
     * @param source asked for each page
     */
    public FamilyText(Supplier<List<LabelledFamily>> source) {
        series = new LabelledSeries(source);
    }

    /**
     * As OpenMetrics, which has exemplars, where that is asked for.
     *
     * @param accept the field of the request; may be empty
     */
    public Page page(String accept) throws IOException {
        if (open.accepts(accept)) {
            return page(open);
        }
        return page(plain);
    }

    private Page page(ExpositionFormatWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(8 * 1024);
        writer.write(out, series.collect(), EscapingScheme.UNDERSCORE_ESCAPING);
        return new Page(200, writer.getContentType(), out.toByteArray());
    }
}
