package dev.asterism.agent.control;

/**
 * Who is at the other end of a connection, by the kernel's word (SO_PEERCRED).
 *
 * @param uid user id
 * @param pid process id, in the agent's own view
 * @param mayWrite whether it may change anything
 */
public record ControlPeer(int uid, int pid, boolean mayWrite) {}
