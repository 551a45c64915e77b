package dev.asterism.tun.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetlinkMessageTest {

    /** Answer to request 7: EINVAL, quoted header only (capped), one text attribute "no". */
    private static final String REFUSAL =
            "2c000000" // length 44
                    + "0200" // NLMSG_ERROR
                    + "0003" // CAPPED | ACK_TLVS
                    + "07000000"
                    + "00000000"
                    + "eaffffff"
                    + "20000000140005000700000000000000"
                    + "070001006e6f0000";

    private final Arena arena = Arena.ofAuto();

    @Test
    void buildsHeaderBodyAndPaddedAttributes() {
        NetlinkRequest request = new NetlinkRequest(arena, 24, NetlinkRequest.CREATE);
        request.putByte(2).putByte(24).putShort(0);
        int nest = request.beginNest(8);
        request.attribute(2, 1300);
        request.endNest(nest).byteAttribute(8, 1);

        MemorySegment message = request.finish(9);

        assertThat(hex(message, request.length()))
                .isEqualTo(
                        "28000000"
                                + "1800"
                                + "0504"
                                + "09000000"
                                + "00000000"
                                + "02180000"
                                + "0c000880"
                                + "0800020014050000"
                                + "0500080001000000");
    }

    @Test
    void readsARefusalWithTheKernelsWords() {
        MemorySegment reply = memory(REFUSAL);
        int length = NetlinkReply.messageBytes(reply, 0, 44);

        assertThat(length).isEqualTo(44);
        assertThat(NetlinkReply.errno(reply, 0, length, 7)).isEqualTo(22);
        assertThat(NetlinkReply.text(reply, 0, length)).isEqualTo("no");
    }

    @Test
    void ignoresTheAnswerToAnotherRequest() {
        assertThat(NetlinkReply.errno(memory(REFUSAL), 0, 44, 8)).isEqualTo(NetlinkReply.NO_ANSWER);
    }

    @Test
    void takesNoTruncatedMessage() {
        MemorySegment reply = memory(REFUSAL);
        for (int end = 0; end < 44; end++) {
            assertThat(NetlinkReply.messageBytes(reply, 0, end)).isZero();
        }
    }

    @Test
    void readsAnyBytesWithoutFailure() {
        Random random = new Random(11);
        byte[] golden = HexFormat.of().parseHex(REFUSAL);
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = golden.clone();
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            MemorySegment reply = MemorySegment.ofArray(bytes);
            int length = NetlinkReply.messageBytes(reply, 0, bytes.length);
            if (length > 0) {
                NetlinkReply.errno(reply, 0, length, 7);
                assertThat(NetlinkReply.text(reply, 0, length).length()).isLessThan(44);
            }
        }
    }

    private static MemorySegment memory(String hex) {
        return MemorySegment.ofArray(HexFormat.of().parseHex(hex));
    }

    private static String hex(MemorySegment memory, int length) {
        return HexFormat.of().formatHex(memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    }
}
