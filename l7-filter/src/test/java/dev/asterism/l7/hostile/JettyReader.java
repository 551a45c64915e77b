package dev.asterism.l7.hostile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;

/** Jetty's parser, strict or as it was in the days of RFC 2616. */
final class JettyReader implements HttpReader {

    private final HttpCompliance compliance;

    JettyReader(HttpCompliance compliance) {
        this.compliance = compliance;
    }

    private abstract static class Listener implements HttpParser.HttpHandler {

        final List<String> messages = new ArrayList<>();
        final StringBuilder message = new StringBuilder();
        boolean bad;

        @Override
        public boolean content(ByteBuffer content) {
            message.append(StandardCharsets.ISO_8859_1.decode(content));
            return false;
        }

        @Override
        public boolean headerComplete() {
            return false;
        }

        @Override
        public boolean contentComplete() {
            return false;
        }

        @Override
        public boolean messageComplete() {
            messages.add(message.append(']').toString());
            return true;
        }

        @Override
        public void parsedHeader(HttpField field) {}

        @Override
        public void earlyEOF() {
            bad = true;
        }

        @Override
        public void badMessage(HttpException failure) {
            bad = true;
        }
    }

    private static final class Requests extends Listener implements HttpParser.RequestHandler {

        @Override
        public void startRequest(String method, String uri, HttpVersion version) {
            message.setLength(0);
            message.append(method).append(' ').append(uri).append(" [");
        }
    }

    private static final class Answers extends Listener implements HttpParser.ResponseHandler {

        @Override
        public void startResponse(HttpVersion version, int status, String reason) {
            message.setLength(0);
            message.append(status).append(" [");
        }
    }

    @Override
    public List<String> requests(String bytes) {
        Requests listener = new Requests();
        return read(new HttpParser(listener, compliance), listener, bytes);
    }

    @Override
    public List<String> answers(String bytes) {
        Answers listener = new Answers();
        return read(new HttpParser(listener, compliance), listener, bytes);
    }

    private static List<String> read(HttpParser parser, Listener listener, String bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
        int before = -1;
        while (!listener.bad && in.remaining() != before) {
            before = in.remaining();
            if (parser.parseNext(in) && parser.isComplete()) {
                parser.reset();
                before = -1;
                if (!in.hasRemaining()) {
                    break;
                }
            }
        }
        if (!listener.bad && parser.inContentState()) {
            parser.atEOF();
            parser.parseNext(in);
        }
        return listener.messages;
    }
}
