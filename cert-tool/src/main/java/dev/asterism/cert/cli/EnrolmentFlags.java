package dev.asterism.cert.cli;

import dev.asterism.cert.serve.EnrolmentState;
import dev.asterism.cert.serve.ServeException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The flags that {@code serve} and {@code invite} share: where the state is. */
final class EnrolmentFlags {

    /** Holds the database's address when it must not stand in a list of processes. */
    static final String DATABASE_VARIABLE = "ASTERISM_DATABASE";

    private final CliEnvironment world;
    private final Flag.Text folder;
    private final Flag.Text database;

    EnrolmentFlags(CliEnvironment world, GoFlags flags) {
        this.world = world;
        folder =
                flags.text(
                        "dir",
                        "enrolment",
                        "Optional: folder for the server's certificate, its database and the audit log");
        database =
                flags.text(
                        "database",
                        "",
                        "Optional: JDBC address of a PostgreSQL database that several issuers share, without a"
                                + " password; with one in the environment variable "
                                + DATABASE_VARIABLE);
    }

    Path folder() throws ToolException {
        ToolException.require("dir", folder.value());
        try {
            return world.directory().resolve(folder.value());
        } catch (InvalidPathException e) {
            throw new ToolException("cannot use the path " + folder.value() + ": " + e.getReason());
        }
    }

    /** What is there already: a question that is asked in a wrong folder makes no state. */
    EnrolmentState openPresent() throws ToolException, ServeException {
        if (address().isEmpty() && !Files.isDirectory(folder())) {
            throw new ToolException(
                    "there is no folder %s: name that of serve by -dir".formatted(folder()));
        }
        return open();
    }

    EnrolmentState open() throws ToolException, ServeException {
        return EnrolmentState.open(folder(), address(), world.random());
    }

    /** Of the database; empty when it is in the folder. */
    private String address() throws ToolException {
        String given = database.value();
        if (given.contains("password=") || given.contains("@")) {
            throw new ToolException.Usage(
                    "-database has a password in it, which every user of this machine can read there: put the"
                            + " address into the environment variable "
                            + DATABASE_VARIABLE);
        }
        String variable = System.getenv(DATABASE_VARIABLE);
        return given.isEmpty() && variable != null ? variable : given;
    }
}
