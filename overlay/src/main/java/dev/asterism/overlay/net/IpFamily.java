package dev.asterism.overlay.net;

/** Which addresses of a name are wanted: A records, AAAA records or both. */
public enum IpFamily {
    IP4,
    IP6,
    /** Both. */
    IP;

    public boolean includes(Ip ip) {
        return this == IP || ip.isIpv4() == (this == IP4);
    }
}
