package dev.asterism.lighthouse.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.overlay.io.Bytes;

/** What holds for every message of a kind that Nebula does not know. */
public final class ExtensionPayloads {

    private ExtensionPayloads() {}

    /** With header, tag, IPv6 and UDP around it. */
    public static void assertFitsTheLeastMtuOfIpv6(byte[] payload) {
        assertThat(payload.length + 16 + 16 + 8 + 40).isLessThanOrEqualTo(1_280);
    }

    /** As Nebula decodes it: a type that is not its own, with details that are there and empty. */
    public static void assertIsNoLighthouseMessage(byte[] payload) {
        assertThat(LighthouseMessage.decode(Bytes.copyOf(payload))).isNull();
        byte[] known = payload.clone();
        known[0] = 8;
        known[1] = (byte) 0x83; // HostUpdateNotification, 3, in as many bytes
        known[2] = (byte) 0x80;
        known[3] = 0;
        assertThat(LighthouseMessage.decode(Bytes.owning(known))).isNotNull();
    }
}
