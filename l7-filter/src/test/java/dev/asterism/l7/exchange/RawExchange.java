package dev.asterism.l7.exchange;

import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Raw bytes of a client, and a server that answers 200 to each request that it has read whole and strictly. */
final class RawExchange {

    private static final String NOTHING = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ");

    /** What the server got, in all connections. */
    final List<String> requests = new ArrayList<>();

    /** What the client got: statuses, and "close" at the end when no further request is read. */
    final String outcome;

    private final List<StringBuilder> texts = new ArrayList<>();
    private final List<Integer> answered = new ArrayList<>();

    RawExchange(String raw) {
        this(raw, raw.length());
    }

    /**
     * @param step so many bytes arrive at a time
     */
    RawExchange(String raw, int step) {
        ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
        MemoryConn client = rig.client();
        for (int at = 0; at < raw.length() && !client.isClosed(); at += step) {
            client.arrive(raw.substring(at, Math.min(raw.length(), at + step)));
        }
        while (answers(rig)) {
            // The next one may have waited.
        }
        Matcher statuses = STATUS.matcher(client.sentText());
        String seen = statuses.results().map(r -> r.group(1)).collect(Collectors.joining(" "));
        boolean over = client.isClosed() || client.isClosing();
        outcome = (seen.isEmpty() ? "waits" : seen) + (over ? " close" : "");
    }

    private boolean answers(ProxyRig rig) {
        boolean any = false;
        for (int i = 0; i < rig.servers(); i++) {
            MemoryConn server = rig.server(i);
            if (texts.size() == i) {
                texts.add(new StringBuilder());
                answered.add(0);
            }
            List<String> all = StrictRequests.in(texts.get(i).append(server.sentText()).toString());
            int before = answered.get(i);
            for (String request : all.subList(before, all.size())) {
                requests.add(request);
                answered.set(i, answered.get(i) + 1);
                if (!server.isClosed()) {
                    server.arrive(NOTHING);
                }
                any = true;
            }
        }
        return any;
    }
}
