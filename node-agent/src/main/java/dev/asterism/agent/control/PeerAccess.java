package dev.asterism.agent.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jnr.unixsocket.Credentials;

/**
 * What the process at the other end may do, by its credentials (SO_PEERCRED): root and the agent's
 * own user everything, members of the socket's group read.
 *
 * @param owner user id of the agent
 * @param group group id of the socket file
 */
record PeerAccess(int owner, int group) {

    enum Right {
        ALL,
        READ,
        NONE
    }

    Right of(Credentials peer) {
        return of(peer.getUid(), peer.getGid(), peer.getPid());
    }

    Right of(int uid, int gid, int pid) {
        if (uid == 0 || uid == owner) {
            return Right.ALL;
        }
        return gid == group || isMember(pid) ? Right.READ : Right.NONE;
    }

    /** The kernel tells the primary group only; the others are in /proc. */
    private boolean isMember(int pid) {
        String wanted = Integer.toString(group);
        try {
            return Files.readAllLines(Path.of("/proc", Integer.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith("Groups:"))
                    .flatMap(line -> Arrays.stream(line.substring(7).strip().split(" ")))
                    .anyMatch(wanted::equals);
        } catch (IOException e) {
            return false;
        }
    }
}
