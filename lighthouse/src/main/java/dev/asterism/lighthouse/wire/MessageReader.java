package dev.asterism.lighthouse.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads both forms. Unknown fields are skipped; a known field with another wire type is an error; repeated
 * parts of a singular message are merged, of a scalar the last one counts.
 */
final class MessageReader {

    private static final int VARINT = WireFormat.WIRETYPE_VARINT;
    private static final int LENGTH = WireFormat.WIRETYPE_LENGTH_DELIMITED;

    /** Of each kind of address; nobody keeps more than ten, after filtering. The rest is checked and left out. */
    static final int MAX_ADDRESSES = 64;

    private int kind;
    private boolean details;
    private int oldOverlay;
    private @Nullable Ip overlay;
    private final List<UnderlayAddr> ipv4 = new ArrayList<>();
    private final List<UnderlayAddr> ipv6 = new ArrayList<>();
    private final List<Ip> oldRelays = new ArrayList<>();
    private final List<Ip> relays = new ArrayList<>();

    private MessageReader() {}

    static @Nullable LighthouseMessage read(byte[] payload) {
        MessageReader reader = new MessageReader();
        try {
            reader.readMessage(CodedInputStream.newInstance(payload));
        } catch (IOException _) {
            return null;
        }
        return reader.finish();
    }

    private @Nullable LighthouseMessage finish() {
        MessageKind known = MessageKind.ofNumber(kind);
        if (known == null || !details) {
            return null;
        }
        boolean v1 = oldOverlay != 0;
        Ip about = v1 ? Ip.ofIpv4(oldOverlay) : overlay;
        if (about == null && known.needsOverlay()) {
            return null;
        }
        List<Ip> allRelays = new ArrayList<>(oldRelays);
        allRelays.addAll(relays);
        AddressForm form = v1 ? AddressForm.V1 : AddressForm.V2;
        return new LighthouseMessage(known, form, about, ipv4, ipv6, allRelays);
    }

    private void readMessage(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> {
                    expect(tag, VARINT);
                    kind = in.readEnum();
                }
                case 2 -> {
                    expect(tag, LENGTH);
                    details = true;
                    readDetails(in.readByteArray());
                }
                default -> skip(in, tag);
            }
        }
    }

    private void readDetails(byte[] content) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(content);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> oldOverlay = readUInt32(in, tag);
                case 2 -> add(ipv4, readIpv4Port(readBytes(in, tag)));
                case 3 -> readUInt32(in, tag);
                case 4 -> add(ipv6, readIpv6Port(readBytes(in, tag)));
                case 5 -> readOldRelays(in, tag);
                case 6 -> overlay = readAddress(readBytes(in, tag), overlay);
                case 7 -> add(relays, readAddress(readBytes(in, tag), null));
                default -> skip(in, tag);
            }
        }
    }

    private static <T> void add(List<T> list, T item) {
        if (list.size() < MAX_ADDRESSES) {
            list.add(item);
        }
    }

    private void readOldRelays(CodedInputStream in, int tag) throws IOException {
        if (WireFormat.getTagWireType(tag) == VARINT) {
            add(oldRelays, Ip.ofIpv4(in.readUInt32()));
            return;
        }
        CodedInputStream packed = CodedInputStream.newInstance(readBytes(in, tag));
        while (!packed.isAtEnd()) {
            add(oldRelays, Ip.ofIpv4(packed.readUInt32()));
        }
    }

    private static UnderlayAddr readIpv4Port(byte[] content) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(content);
        int address = 0;
        int port = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> address = readUInt32(in, tag);
                case 2 -> port = readUInt32(in, tag);
                default -> skip(in, tag);
            }
        }
        return new UnderlayAddr(Ip.ofIpv4(address), port & 0xFFFF);
    }

    private static UnderlayAddr readIpv6Port(byte[] content) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(content);
        long hi = 0;
        long lo = 0;
        int port = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> hi = readUInt64(in, tag);
                case 2 -> lo = readUInt64(in, tag);
                case 3 -> port = readUInt32(in, tag);
                default -> skip(in, tag);
            }
        }
        return new UnderlayAddr(new Ip(hi, lo), port & 0xFFFF);
    }

    private static Ip readAddress(byte[] content, @Nullable Ip mergeInto) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(content);
        long hi = mergeInto == null ? 0 : mergeInto.hi();
        long lo = mergeInto == null ? 0 : mergeInto.lo();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> hi = readUInt64(in, tag);
                case 2 -> lo = readUInt64(in, tag);
                default -> skip(in, tag);
            }
        }
        return new Ip(hi, lo);
    }

    private static int readUInt32(CodedInputStream in, int tag) throws IOException {
        expect(tag, VARINT);
        return in.readUInt32();
    }

    private static long readUInt64(CodedInputStream in, int tag) throws IOException {
        expect(tag, VARINT);
        return in.readUInt64();
    }

    private static byte[] readBytes(CodedInputStream in, int tag) throws IOException {
        expect(tag, LENGTH);
        return in.readByteArray();
    }

    private static void expect(int tag, int wireType) throws IOException {
        if (WireFormat.getTagWireType(tag) != wireType) {
            throw new InvalidProtocolBufferException("wire type of tag " + tag);
        }
    }

    private static void skip(CodedInputStream in, int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("group ends that never began");
        }
    }
}
