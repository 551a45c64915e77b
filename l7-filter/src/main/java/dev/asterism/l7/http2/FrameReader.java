package dev.asterism.l7.http2;

import dev.asterism.l7.io.Holding;

/**
 * Cuts input into frames and checks what a frame alone shows: sizes, streams, padding, order of header blocks, RFC
 * 9113 4 and 6. It holds only a header block that is not complete. One for each connection.
 */
final class FrameReader {

    private final FrameListener listener;
    private final HeaderBlock block;
    private boolean settingsSeen;
    private int error = ErrorCode.NO_ERROR;

    /**
     * @param memory for what it holds
     */
    FrameReader(FrameListener listener, Holding memory) {
        this.listener = listener;
        block = new HeaderBlock(memory);
    }

    /** Not {@link ErrorCode#NO_ERROR}: the connection must end. */
    int error() {
        return error;
    }

    /** A header block has begun and not ended. */
    boolean isInBlock() {
        return block.isOpen();
    }

    /** Reads whole frames; returns where it stopped. */
    int read(byte[] in, int from, int to) {
        int p = from;
        while (to - p >= Frame.HEADER_BYTES && error == ErrorCode.NO_ERROR) {
            int length = Frame.int24(in, p);
            if (length > Frame.PAYLOAD_BYTES) {
                error = ErrorCode.FRAME_SIZE_ERROR;
                break;
            }
            int payload = p + Frame.HEADER_BYTES;
            if (to - payload < length || listener.isFull()) {
                break;
            }
            error = frame(in, payload, length, in[p + 3], in[p + 4], Frame.int31(in, p + 5));
            p = payload + length;
        }
        return p;
    }

    private int frame(byte[] in, int at, int length, int type, int flags, int stream) {
        if (!settingsSeen && (type != Frame.SETTINGS || (flags & Frame.ACK) != 0)) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        if (block.isOpen() && (type != Frame.CONTINUATION || stream != block.stream())) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        return switch (type) {
            case Frame.DATA -> data(in, at, length, flags, stream);
            case Frame.HEADERS -> headers(in, at, length, flags, stream);
            case Frame.PRIORITY -> priority(in, at, length, stream);
            case Frame.RST_STREAM -> reset(in, at, length, stream);
            case Frame.SETTINGS -> settings(in, at, length, flags, stream);
            case Frame.PUSH_PROMISE -> ErrorCode.PROTOCOL_ERROR;
            case Frame.PING -> ping(in, at, length, flags, stream);
            case Frame.GOAWAY -> goAway(in, at, length, stream);
            case Frame.WINDOW_UPDATE -> windowUpdate(in, at, length, stream);
            case Frame.CONTINUATION -> continuation(in, at, length, flags);
            default -> listener.idle();
        };
    }

    private int data(byte[] in, int at, int length, int flags, int stream) {
        if (stream == 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        int from = at;
        int to = at + length;
        if ((flags & Frame.PADDED) != 0) {
            if (length == 0 || (in[at] & 0xff) >= length) {
                return ErrorCode.PROTOCOL_ERROR;
            }
            to -= in[at] & 0xff;
            from++;
        }
        boolean end = (flags & Frame.END_STREAM) != 0;
        return listener.data(stream, in, from, to, length, end);
    }

    private int headers(byte[] in, int at, int length, int flags, int stream) {
        if ((stream & 1) == 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        int from = at;
        int to = at + length;
        if ((flags & Frame.PADDED) != 0) {
            if (length == 0) {
                return ErrorCode.FRAME_SIZE_ERROR;
            }
            int padding = in[from++] & 0xff;
            if (padding > to - from) {
                return ErrorCode.PROTOCOL_ERROR;
            }
            to -= padding;
        }
        if ((flags & Frame.PRIORITISED) != 0) {
            if (to - from < 5) {
                return ErrorCode.FRAME_SIZE_ERROR;
            }
            if (Frame.int31(in, from) == stream) {
                return ErrorCode.PROTOCOL_ERROR;
            }
            from += 5;
        }
        boolean end = (flags & Frame.END_STREAM) != 0;
        if ((flags & Frame.END_HEADERS) != 0) {
            return listener.headers(stream, in, from, to, end);
        }
        block.begin(stream, end);
        return block.add(in, from, to) ? ErrorCode.NO_ERROR : ErrorCode.ENHANCE_YOUR_CALM;
    }

    private int continuation(byte[] in, int at, int length, int flags) {
        if (!block.isOpen()) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        if (!block.add(in, at, at + length)) {
            return ErrorCode.ENHANCE_YOUR_CALM;
        }
        if ((flags & Frame.END_HEADERS) == 0) {
            return ErrorCode.NO_ERROR;
        }
        int stream = block.stream();
        block.close();
        int refusal = listener.headers(stream, block.bytes(), 0, block.length(), block.isEnd());
        block.release();
        return refusal;
    }

    private int priority(byte[] in, int at, int length, int stream) {
        if (stream == 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        if (length != 5) {
            return ErrorCode.FRAME_SIZE_ERROR;
        }
        return Frame.int31(in, at) == stream ? ErrorCode.PROTOCOL_ERROR : listener.idle();
    }

    private int reset(byte[] in, int at, int length, int stream) {
        if (stream == 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        if (length != 4) {
            return ErrorCode.FRAME_SIZE_ERROR;
        }
        return listener.reset(stream, Frame.int32(in, at));
    }

    private int settings(byte[] in, int at, int length, int flags, int stream) {
        if (stream != 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        if ((flags & Frame.ACK) != 0) {
            return length == 0 ? listener.idle() : ErrorCode.FRAME_SIZE_ERROR;
        }
        if (length % Frame.SETTING_BYTES != 0) {
            return ErrorCode.FRAME_SIZE_ERROR;
        }
        settingsSeen = true;
        return listener.settings(in, at, at + length);
    }

    private int ping(byte[] in, int at, int length, int flags, int stream) {
        if (stream != 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        if (length != 8) {
            return ErrorCode.FRAME_SIZE_ERROR;
        }
        return (flags & Frame.ACK) != 0 ? listener.pingAck(in, at) : listener.ping(in, at);
    }

    private int goAway(byte[] in, int at, int length, int stream) {
        if (stream != 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        if (length < 8) {
            return ErrorCode.FRAME_SIZE_ERROR;
        }
        return listener.goAway(Frame.int31(in, at));
    }

    private int windowUpdate(byte[] in, int at, int length, int stream) {
        if (length != 4) {
            return ErrorCode.FRAME_SIZE_ERROR;
        }
        return listener.windowUpdate(stream, Frame.int31(in, at));
    }
}
