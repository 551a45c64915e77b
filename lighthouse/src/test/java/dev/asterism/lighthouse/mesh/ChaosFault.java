package dev.asterism.lighthouse.mesh;

import dev.asterism.sim.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One thing that breaks in a {@link ChaosWorld}. Faults are drawn before the run and each ends by itself, so any of
 * them can be left out without changing the others.
 *
 * @param one which host, NAT or relay, as the kind says
 * @param other the far end of a link; ignored by kinds that concern one thing
 * @param amount what the kind says
 * @param atMillis when it begins, after the start of the run
 * @param lastsMillis how long it lasts; ignored by kinds that happen at once
 */
record ChaosFault(Kind kind, int one, int other, int amount, int atMillis, int lastsMillis) {

    private static final int[] STEPS_OF_CLOCK = {-3_600, -19, -2, 2, 19, 3_600};

    enum Kind {
        CUT,
        CUT_ONE_WAY,
        LOCAL_NETWORK_UNPLUGGED,
        /** Datagrams with an IP packet above {@code amount} bytes vanish, in the one direction. */
        MTU_HOLE,
        RELAY_KILLED,
        LIGHTHOUSE_KILLED,
        RESTART,
        NAT_FORGETS,
        NAT_READDRESSED,
        /** The wall clock is {@code amount} seconds ahead from then on. */
        CLOCK_STEP,
        UNDERLAY_NOTICE,
        /** {@code amount} in 1,000 datagrams are lost, others come twice, late or out of order. */
        WEATHER
    }

    /** So many, four to six seconds apart, or at almost the same time. */
    static List<ChaosFault> drawn(SimRandom dice, int count) {
        List<ChaosFault> faults = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < count; i++) {
            at += dice.chance(0.2) ? dice.nextInt(500) : 4_000 + dice.nextInt(2_000);
            Kind kind = Kind.values()[dice.nextInt(Kind.values().length)];
            int one = dice.nextInt(ChaosWorld.ENDS);
            int other =
                    (one + 1 + dice.nextInt(ChaosWorld.ENDS + ChaosWorld.RELAYS - 1))
                            % ChaosWorld.STATIONS;
            int lasts =
                    dice.chance(0.3) ? 20_000 + dice.nextInt(40_000) : 500 + dice.nextInt(12_000);
            boolean back = (kind == Kind.CUT_ONE_WAY || kind == Kind.MTU_HOLE) && dice.chance(0.5);
            faults.add(
                    new ChaosFault(
                            kind,
                            back ? other : one,
                            back ? one : other,
                            amount(kind, dice),
                            at,
                            lasts));
        }
        return faults;
    }

    private static int amount(Kind kind, SimRandom dice) {
        return switch (kind) {
            case MTU_HOLE -> 720 + dice.nextInt(600);
            case CLOCK_STEP -> STEPS_OF_CLOCK[dice.nextInt(STEPS_OF_CLOCK.length)];
            case WEATHER -> dice.nextInt(30);
            default -> 0;
        };
    }

    boolean lasts() {
        return switch (kind) {
            case RESTART, NAT_FORGETS, NAT_READDRESSED, CLOCK_STEP, UNDERLAY_NOTICE -> false;
            default -> true;
        };
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%7.3f s %s %s %s",
                atMillis / 1_000.0,
                kind,
                switch (kind) {
                    case CUT, CUT_ONE_WAY ->
                            ChaosWorld.nameOf(one) + " to " + ChaosWorld.nameOf(other);
                    case MTU_HOLE ->
                            ChaosWorld.nameOf(one)
                                    + " to "
                                    + ChaosWorld.nameOf(other)
                                    + " "
                                    + amount
                                    + " bytes";
                    case RELAY_KILLED -> ChaosWorld.relayName(one);
                    case RESTART, UNDERLAY_NOTICE -> ChaosWorld.nameOf(one);
                    case NAT_FORGETS, NAT_READDRESSED -> "of " + ChaosWorld.natted(one);
                    case CLOCK_STEP -> ChaosWorld.nameOf(one) + " " + amount + " s";
                    case WEATHER -> amount + " in 1000 lost";
                    case LOCAL_NETWORK_UNPLUGGED, LIGHTHOUSE_KILLED -> "";
                },
                lasts() ? "for " + lastsMillis / 1_000.0 + " s" : "");
    }
}
