package dev.asterism.sim;

import dev.asterism.overlay.net.Ip;

/** From where to where a test packet goes; ports are 0 where the protocol has none. */
public record Flow(Ip source, int sourcePort, Ip destination, int destinationPort) {

    public static Flow between(Ip source, Ip destination) {
        return new Flow(source, 0, destination, 0);
    }

    public Flow reversed() {
        return new Flow(destination, destinationPort, source, sourcePort);
    }
}
