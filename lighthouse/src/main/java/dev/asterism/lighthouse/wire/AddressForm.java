package dev.asterism.lighthouse.wire;

import dev.asterism.overlay.net.Ip;

/** How overlay addresses are written: V1 knows IPv4 only (spec wire.md 9.1). */
public enum AddressForm {
    V1,
    V2;

    public static AddressForm ofCertificateVersion(int version) {
        return version == 1 ? V1 : V2;
    }

    public boolean canName(Ip overlay) {
        return this == V2 || overlay.isIpv4();
    }
}
