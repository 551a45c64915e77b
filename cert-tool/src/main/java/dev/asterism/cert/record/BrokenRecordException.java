package dev.asterism.cert.record;

import java.io.IOException;

/** A line of the record is not what was once written there. */
public final class BrokenRecordException extends IOException {

    private static final long serialVersionUID = 1L;

    private final long line;

    BrokenRecordException(String file, long line, String why) {
        super(file + ":" + line + ": " + why);
        this.line = line;
    }

    /** From 1. */
    public long line() {
        return line;
    }
}
