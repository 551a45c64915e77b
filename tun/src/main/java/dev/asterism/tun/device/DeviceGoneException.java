package dev.asterism.tun.device;

import dev.asterism.tun.libc.NativeIoException;
import java.io.Serial;

/** The TUN device was deleted by somebody else; it has to be made anew. */
public final class DeviceGoneException extends NativeIoException {

    @Serial private static final long serialVersionUID = 1L;

    DeviceGoneException(String call, int errno, String text) {
        super(call, errno, text);
    }
}
