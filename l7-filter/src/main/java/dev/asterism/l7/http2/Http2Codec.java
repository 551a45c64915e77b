package dev.asterism.l7.http2;

import dev.asterism.l7.exchange.Workspace;
import java.util.ArrayList;

/** What the HTTP/2 connections of one loop share: a workspace and the streams that are not in use. */
public final class Http2Codec {

    private static final int KEPT_STREAMS = 256;

    private final Workspace workspace;
    private final ArrayList<ServerStream> serverStreams = new ArrayList<>();
    private final ArrayList<ClientStream> clientStreams = new ArrayList<>();

    public Http2Codec(Workspace workspace) {
        this.workspace = workspace;
    }

    Workspace workspace() {
        return workspace;
    }

    ServerStream serverStream() {
        return serverStreams.isEmpty() ? new ServerStream() : serverStreams.removeLast();
    }

    ClientStream clientStream() {
        return clientStreams.isEmpty() ? new ClientStream() : clientStreams.removeLast();
    }

    void recycle(ServerStream stream) {
        if (serverStreams.size() < KEPT_STREAMS) {
            serverStreams.add(stream);
        }
    }

    void recycle(ClientStream stream) {
        if (clientStreams.size() < KEPT_STREAMS) {
            clientStreams.add(stream);
        }
    }
}
