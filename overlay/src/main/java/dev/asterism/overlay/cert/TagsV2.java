package dev.asterism.overlay.cert;

/** Tags of the DER form of version 2 (spec certificates.md 3). */
final class TagsV2 {

    static final int CERTIFICATE = 0x30;
    static final int DETAILS = 0xA0;
    static final int CURVE = 0x81;
    static final int PUBLIC_KEY = 0x82;
    static final int SIGNATURE = 0x83;

    static final int NAME = 0x80;
    static final int NETWORKS = 0xA1;
    static final int UNSAFE_NETWORKS = 0xA2;
    static final int GROUPS = 0xA3;
    static final int IS_CA = 0x84;
    static final int NOT_BEFORE = 0x85;
    static final int NOT_AFTER = 0x86;
    static final int ISSUER = 0x87;

    static final int OCTET_STRING = 0x04;
    static final int UTF8_STRING = 0x0C;
    static final int TRUE = 0xFF;

    private TagsV2() {}
}
