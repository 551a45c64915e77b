package dev.asterism.l7.hostile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpCompliance;

/** What other people's parsers make of the bytes of one connection that ends behind them. */
public interface HttpReader {

    /** The whole requests up to the first that is bad, each as method, target and, in brackets, its body. */
    List<String> requests(String bytes);

    /** The whole answers to GETs, each as status and, in brackets, its body. */
    List<String> answers(String bytes);

    /** Those of this process, by name. */
    static Map<String, HttpReader> ofThisProcess() {
        Map<String, HttpReader> readers = new LinkedHashMap<>();
        readers.put("Netty", new NettyReader());
        readers.put("Jetty", new JettyReader(HttpCompliance.RFC9110));
        readers.put("lenient Jetty", new JettyReader(HttpCompliance.RFC2616));
        return readers;
    }
}
