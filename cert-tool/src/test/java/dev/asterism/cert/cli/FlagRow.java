package dev.asterism.cert.cli;

import dev.asterism.overlay.net.Cidr;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One choice of each, and what must come of it by the rules of spec/certificates.md, which are written out here. */
final class FlagRow {

    private static final int CA_HOURS = 8760;

    private final Map<FlagChoice, String> chosen = new EnumMap<>(FlagChoice.class);

    /**
     * @param row number of the choice in each of the lists
     */
    FlagRow(Map<FlagChoice, List<String>> choices, int[] row) {
        int i = 0;
        for (Map.Entry<FlagChoice, List<String>> of : choices.entrySet()) {
            chosen.put(of.getKey(), of.getValue().get(row[i++]));
        }
    }

    String get(FlagChoice of) {
        return chosen.getOrDefault(of, "");
    }

    boolean isTheirs(FlagChoice of) {
        return get(of).equals("theirs");
    }

    /** The words of these for a command line. */
    List<String> words(FlagChoice... of) {
        List<String> words = new ArrayList<>();
        for (FlagChoice choice : of) {
            if (!get(choice).isEmpty()) {
                words.addAll(List.of(get(choice).split(" ", -1)));
            }
        }
        return words;
    }

    private List<String> values(FlagChoice of) {
        return get(of).isEmpty() ? List.of() : List.of(get(of).split(" ", -1)[1].split(",", -1));
    }

    int caVersion() {
        return get(FlagChoice.VERSION).endsWith("1") ? 1 : 2;
    }

    int hostVersion() {
        String own = get(FlagChoice.HOST_VERSION);
        return own.isEmpty() ? caVersion() : own.charAt(own.length() - 1) - '0';
    }

    String curve() {
        return get(FlagChoice.CURVE).endsWith("P256") ? "P256" : "CURVE25519";
    }

    List<String> groups(FlagChoice of) {
        return values(of);
    }

    List<Cidr> networks(FlagChoice of) {
        return values(of).stream().map(Cidr::of).toList();
    }

    long caSeconds() {
        return hours(FlagChoice.CA_LIFE, CA_HOURS) * 3600;
    }

    /** Zero for a second less than the rest of the CA's. */
    long hostSeconds() {
        return hours(FlagChoice.LIFE, 0) * 3600;
    }

    private long hours(FlagChoice of, int usual) {
        return get(of).isEmpty() ? usual : Long.parseLong(values(of).getFirst().replace("h", ""));
    }

    /** Version 1 knows no IPv6. */
    boolean isCaRefused() {
        return caVersion() == 1
                && (hasIpv6(FlagChoice.CA_NETWORKS) || hasIpv6(FlagChoice.CA_UNSAFE));
    }

    boolean isHostRefused() {
        return isUnfitForItsVersion()
                || !groups(FlagChoice.CA_GROUPS).isEmpty()
                        && !groups(FlagChoice.CA_GROUPS).containsAll(groups(FlagChoice.GROUPS))
                || !areWithin(FlagChoice.NETWORKS, FlagChoice.CA_NETWORKS)
                || !areWithin(FlagChoice.UNSAFE, FlagChoice.CA_UNSAFE)
                || hostSeconds() > caSeconds();
    }

    private boolean isUnfitForItsVersion() {
        if (hostVersion() == 1) {
            return networks(FlagChoice.NETWORKS).size() != 1
                    || hasIpv6(FlagChoice.NETWORKS)
                    || hasIpv6(FlagChoice.UNSAFE);
        }
        // Unsafe networks of a family take an address of it.
        return hasIpv6(FlagChoice.UNSAFE) && !hasIpv6(FlagChoice.NETWORKS);
    }

    private boolean hasIpv6(FlagChoice of) {
        return networks(of).stream().anyMatch(network -> !network.isIpv4());
    }

    /** No limit allows all; else each is in one of them, bit by bit. */
    private boolean areWithin(FlagChoice networks, FlagChoice limits) {
        List<Cidr> allowed = networks(limits);
        return allowed.isEmpty()
                || networks(networks).stream()
                        .allMatch(inner -> allowed.stream().anyMatch(o -> isWithin(inner, o)));
    }

    private static boolean isWithin(Cidr inner, Cidr outer) {
        if (inner.isIpv4() != outer.isIpv4() || inner.bits() < outer.bits()) {
            return false;
        }
        byte[] a = inner.address().toBytes();
        byte[] b = outer.address().toBytes();
        for (int bit = 0; bit < outer.bits(); bit++) {
            int mask = 0x80 >> bit % 8;
            if ((a[bit / 8] & mask) != (b[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return chosen.toString();
    }
}
