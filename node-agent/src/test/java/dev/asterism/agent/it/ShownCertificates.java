package dev.asterism.agent.it;

/**
 * Which certificates the nodes of a mesh have, and of which curve.
 *
 * @param lighthouse versions, {@code 1}, {@code 2} or {@code 12} for both with one key
 * @param a as {@code lighthouse}
 * @param b as {@code lighthouse}
 * @param curve {@code 25519} or {@code P256}
 */
record ShownCertificates(String lighthouse, String a, String b, String curve) {

    /** A lighthouse that is shown version 1 as well knows no IPv6 address of a host. */
    boolean areOfVersion2Alone() {
        return lighthouse.equals("2") && a.equals("2") && b.equals("2");
    }

    String of(NamespaceMesh.Role role) {
        return switch (role) {
            case LIGHTHOUSE -> lighthouse;
            case A -> a;
            case B -> b;
        };
    }

    @Override
    public String toString() {
        return "versions %s, %s, %s of %s".formatted(lighthouse, a, b, curve);
    }
}
