package dev.asterism.lighthouse.services;

import dev.asterism.overlay.net.Ip;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who offers one service, in the order of addresses. Immutable but for its digest, made when asked for. */
final class ServiceSet {

    static final ServiceSet EMPTY = new ServiceSet(new TreeMap<>());

    private static final int MOST_ENTRY_BYTES = 64;

    /** Stands for: not made yet. */
    private static final long NO_DIGEST = 0;

    private final SortedMap<Ip, ServiceEntry> entries;
    private long digest = NO_DIGEST;

    private ServiceSet(SortedMap<Ip, ServiceEntry> entries) {
        this.entries = entries;
    }

    /** Of two entries of a host the one with the higher sequence counts. */
    static ServiceSet of(Collection<ServiceEntry> entries) {
        SortedMap<Ip, ServiceEntry> byHost = new TreeMap<>();
        for (ServiceEntry entry : entries) {
            byHost.merge(entry.host(), entry, ServiceSet::later);
        }
        return new ServiceSet(byHost);
    }

    private static ServiceEntry later(ServiceEntry one, ServiceEntry other) {
        return other.sequence() > one.sequence() ? other : one;
    }

    ServiceSet with(ServiceEntry entry) {
        SortedMap<Ip, ServiceEntry> next = new TreeMap<>(entries);
        next.put(entry.host(), entry);
        return new ServiceSet(next);
    }

    ServiceSet without(Ip host) {
        SortedMap<Ip, ServiceEntry> next = new TreeMap<>(entries);
        next.remove(host);
        return new ServiceSet(next);
    }

    /** To be read only. */
    SortedMap<Ip, ServiceEntry> entries() {
        return entries;
    }

    List<ServiceEntry> list() {
        return List.copyOf(entries.values());
    }

    /**
     * So that two sides need not send each other what both know: the first 8 bytes of SHA-256 over all entries, as a
     * host could otherwise make two sets look the same. Never 0.
     */
    long digest() {
        if (digest == NO_DIGEST) {
            digest = digest(entries.values());
        }
        return digest;
    }

    private static long digest(Collection<ServiceEntry> entries) {
        MessageDigest sha;
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        ByteBuffer bytes = ByteBuffer.allocate(MOST_ENTRY_BYTES);
        for (ServiceEntry entry : entries) {
            bytes.clear();
            ServiceFields.put(bytes, entry);
            sha.update(bytes.flip());
        }
        return ByteBuffer.wrap(sha.digest()).getLong() | 1;
    }
}
