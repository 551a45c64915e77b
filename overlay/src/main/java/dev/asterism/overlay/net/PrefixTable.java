package dev.asterism.overlay.net;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Longest-prefix match: a binary trie over the 128-bit form, IPv4 under its mapped prefix. A put of a
 * prefix already there replaces its value. Look-ups allocate nothing. Not thread-safe while written;
 * publish it whole to share it.
 */
public final class PrefixTable<V> {

    private final Node<V> root = new Node<>();
    private int size;

    public @Nullable V put(Cidr prefix, V value) {
        Node<V> node = root;
        Ip a = prefix.address();
        for (int depth = 0; depth < prefix.mappedBits(); depth++) {
            node = bit(a.hi(), a.lo(), depth) ? node.oneOrNew() : node.zeroOrNew();
        }
        V before = node.value;
        node.value = value;
        node.prefix = prefix.masked();
        if (before == null) {
            size++;
        }
        return before;
    }

    public @Nullable V longestMatch(Ip ip) {
        return longestMatch(ip.hi(), ip.lo());
    }

    /** The value of the longest prefix that contains the address, or null. */
    public @Nullable V longestMatch(long hi, long lo) {
        Node<V> node = root;
        boolean ipv4 = Ip.isIpv4(hi, lo);
        // ::/0 and every other IPv6 prefix above ::ffff:0:0/96 must not catch IPv4.
        V best = ipv4 ? null : node.value;
        for (int depth = 0; depth < 128; depth++) {
            node = bit(hi, lo, depth) ? node.one : node.zero;
            if (node == null) {
                break;
            }
            if (node.value != null && (!ipv4 || depth >= 95)) {
                best = node.value;
            }
        }
        return best;
    }

    /** The value stored for exactly this prefix. */
    public @Nullable V get(Cidr prefix) {
        Node<V> node = root;
        Ip a = prefix.address();
        for (int depth = 0; depth < prefix.mappedBits() && node != null; depth++) {
            node = bit(a.hi(), a.lo(), depth) ? node.one : node.zero;
        }
        return node == null ? null : node.value;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Visits every entry in order of the 128-bit form, a prefix before those inside it. */
    public void forEach(BiConsumer<Cidr, V> visitor) {
        visit(root, visitor);
    }

    private static <V> void visit(@Nullable Node<V> node, BiConsumer<Cidr, V> visitor) {
        if (node == null) {
            return;
        }
        if (node.value != null && node.prefix != null) {
            visitor.accept(node.prefix, node.value);
        }
        visit(node.zero, visitor);
        visit(node.one, visitor);
    }

    private static boolean bit(long hi, long lo, int depth) {
        return (depth < 64 ? hi >>> 63 - depth : lo >>> 127 - depth) % 2 != 0;
    }

    private static final class Node<V> {
        @Nullable Node<V> zero;
        @Nullable Node<V> one;
        @Nullable V value;
        @Nullable Cidr prefix;

        Node<V> zeroOrNew() {
            Node<V> child = zero;
            if (child == null) {
                child = new Node<>();
                zero = child;
            }
            return child;
        }

        Node<V> oneOrNew() {
            Node<V> child = one;
            if (child == null) {
                child = new Node<>();
                one = child;
            }
            return child;
        }
    }
}
