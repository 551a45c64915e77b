package dev.asterism.sim;

/** What a host's stack sends into its TUN is never readable on a link. */
final class PlaintextCheck implements SimObserver {

    @Override
    public void sent(SimDatagram datagram) {
        long probe = Probe.numberIn(datagram.content());
        if (probe >= 0) {
            throw new InvariantBroken(
                    "no plaintext on a link",
                    "probe " + probe + " is readable in " + datagram.summary());
        }
    }
}
