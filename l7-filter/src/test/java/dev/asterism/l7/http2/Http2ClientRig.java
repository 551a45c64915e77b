package dev.asterism.l7.http2;

import static dev.asterism.l7.http2.FrameBytes.PREFACE;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.settings;

import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.List;

/** An HTTP/2 client of a proxy in front of an HTTP/1 server: tests extend it and play both. */
abstract class Http2ClientRig {

    final ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
    final MemoryConn client;
    final FrameBytes frames = new FrameBytes();

    Http2ClientRig() {
        this(Spoken.HTTP);
    }

    /** On a port that takes this. */
    Http2ClientRig(Spoken spoken) {
        client = rig.client(rig.front(spoken));
    }

    /** Sends the preface and the client's settings, and skips the proxy's. */
    final void greet(int... settings) {
        client.arrive(join(PREFACE, settings(settings)));
        frames.read(client.sent());
    }

    /** The frames of streams that the client has got since it looked last. */
    final List<String> seen() {
        return frames.readStreams(client.sent());
    }
}
