package dev.asterism.l7.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.GarbageProbe;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.match.SampleRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {

    private static final int REQUESTS = 100_000;

    private final FieldNames names = FieldNames.with(List.of("x-user"));
    private final RequestView view = new RequestView(names);
    private final Random random = new Random(5);

    @Test
    void drawsFollowTheWeights() {
        Split split = split(StickySpec.NONE, 90, 0, 7, 3);
        int[] counts = new int[4];
        view.begin(SampleRequest.text("GET", "/"), Caller.UNKNOWN);

        for (int i = 0; i < REQUESTS; i++) {
            counts[split.choose(view, random.nextLong())]++;
        }

        assertThat(counts[0]).isCloseTo(90_000, within(600));
        assertThat(counts[1]).isZero();
        assertThat(counts[2]).isCloseTo(7_000, within(400));
        assertThat(counts[3]).isCloseTo(3_000, within(300));
    }

    /** Draws that are spread evenly over all longs give each branch its share to the last one. */
    @Test
    void theDrawIsExactOverAllPoints() {
        Split split = split(StickySpec.NONE, 95, 5);
        int draws = 100_000;
        int next = 0;
        view.begin(SampleRequest.text("GET", "/"), Caller.UNKNOWN);
        long step = Long.divideUnsigned(-1L, draws);
        for (int i = 0; i < draws; i++) {
            next += split.choose(view, step * i + step / 2);
        }

        assertThat(next).isEqualTo(draws / 20);
    }

    @Test
    void theEndsOfTheDrawAreFairToo() {
        Split split = split(StickySpec.NONE, 1, 1);
        view.begin(SampleRequest.text("GET", "/"), Caller.UNKNOWN);

        assertThat(split.choose(view, 0)).isZero();
        assertThat(split.choose(view, -1)).isEqualTo(1);
        assertThat(split.choose(view, Long.MAX_VALUE)).isZero();
        assertThat(split.choose(view, Long.MIN_VALUE)).isEqualTo(1);
    }

    @Test
    void withoutAnyWeightItGoesNowhere() {
        view.begin(SampleRequest.text("GET", "/", "X-User: a"), Caller.UNKNOWN);

        assertThat(split(StickySpec.NONE, 0, 0).choose(view, 1)).isEqualTo(Split.NOWHERE);
        assertThat(split(StickySpec.NONE, 0).choose(view, 1)).isEqualTo(Split.NOWHERE);
        assertThat(split(header(), 0, 0).choose(view, 1)).isEqualTo(Split.NOWHERE);
        assertThat(split(header(), 0, 1, 0).choose(view, 1)).isEqualTo(1);
    }

    @Test
    void sharesOfUsersFollowTheWeights() {
        int[] counts = new int[3];
        for (int branch : branches(split(header(), 85, 5, 10))) {
            counts[branch]++;
        }

        assertThat(counts[0]).isCloseTo(85_000, within(600));
        assertThat(counts[1]).isCloseTo(5_000, within(300));
        assertThat(counts[2]).isCloseTo(10_000, within(400));
    }

    /** From 5 to 10 percent, and every other raise: whoever is in stays in. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void raisingAWeightOnlyAddsUsers(long seed) {
        Random weights = new Random(seed);
        for (int round = 0; round < 12; round++) {
            int[] before = new int[2 + weights.nextInt(3)];
            for (int i = 0; i < before.length; i++) {
                before[i] = weights.nextInt(100);
            }
            int raised = 1 + weights.nextInt(before.length - 1);
            int[] after = before.clone();
            int more = weights.nextInt(20);
            after[raised] += more;
            if (weights.nextBoolean()) {
                after[0] = Math.max(0, after[0] - more);
            }
            if (before[0] == 0 || after[0] == 0) {
                continue;
            }
            int[] old = branches(split(header(), before));
            int[] now = branches(split(header(), after));
            for (int user = 0; user < old.length; user++) {
                if (old[user] == raised) {
                    assertThat(now[user]).as("seed %d, user %d", seed, user).isEqualTo(raised);
                }
            }
        }
    }

    @Test
    void fromFiveToTenPercentNobodyElseMoves() {
        int[] old = branches(split(header(), 95, 5));
        int[] now = branches(split(header(), 90, 10));
        int moved = 0;
        for (int user = 0; user < old.length; user++) {
            moved += old[user] == now[user] ? 0 : 1;
        }

        assertThat(moved).isCloseTo(5_000, within(300));
    }

    @Test
    void allServicesAgreeOnAUser() {
        Split one = split(header(), 50, 50);
        Split other = split(header(), 50, 50);

        assertThat(branches(one)).isEqualTo(branches(other));
    }

    @Test
    void aCookieIsFoundWhereverItStands() {
        StickySpec cookie = StickySpec.parse("cookie:uid");
        Split split = split(cookie, 50, 50);
        for (int user = 0; user < 200; user++) {
            int branch = choose(split, SampleRequest.text("GET", "/", "Cookie: uid=u" + user));

            assertThat(
                            choose(
                                    split,
                                    SampleRequest.text(
                                            "GET", "/", "Cookie: a=b; uid=u" + user + "; c=d")))
                    .isEqualTo(branch);
            assertThat(
                            choose(
                                    split,
                                    SampleRequest.own(
                                            "GET", "/", "cookie: a=b", "cookie: uid=u" + user)))
                    .isEqualTo(branch);
            assertThat(
                            choose(
                                    split,
                                    SampleRequest.text(
                                            "GET", "/", "Cookie: xuid=1; uid2=2;uid=u" + user)))
                    .isEqualTo(branch);
        }
    }

    @Test
    void aPeerStaysWithItsName() {
        Split split = split(StickySpec.parse("peer"), 50, 50);
        Caller caller = new Caller("web-1", List.of(), "10.0.0.1", "ff", "");
        Caller moved = new Caller("web-1", List.of("x"), "10.0.0.2", "ee", "");

        view.begin(SampleRequest.text("GET", "/"), caller);
        int branch = split.choose(view, 0);
        view.begin(SampleRequest.text("GET", "/"), moved);

        assertThat(split.choose(view, -1)).isEqualTo(branch);
    }

    @Test
    void withoutItsKeyARequestDraws() {
        for (StickySpec sticky :
                List.of(header(), StickySpec.parse("cookie:u"), StickySpec.parse("peer"))) {
            Split split = split(sticky, 50, 50);
            view.begin(
                    SampleRequest.text("GET", "/", "x-user:", "Cookie: v=1; u="), Caller.UNKNOWN);

            assertThat(split.choose(view, 0)).isZero();
            assertThat(split.choose(view, -1)).isEqualTo(1);
        }
    }

    @Test
    void anEmptyPoolIsReplacedByTheHeaviestThatLives() {
        Split split = split(StickySpec.NONE, 60, 5, 35, 0);

        assertThat(split.orElse(1, _ -> true)).isZero();
        assertThat(split.orElse(1, branch -> branch != 0)).isEqualTo(2);
        assertThat(split.orElse(1, branch -> branch == 3)).isEqualTo(1);
        assertThat(split.orElse(1, _ -> false)).isEqualTo(1);
    }

    @Test
    void anEmptyPoolFailsWhenThatIsWanted() {
        List<BranchSpec> branches = List.of(BranchSpec.of("a", 95), BranchSpec.of("b", 5));
        SplitSpec spec = new SplitSpec(branches, StickySpec.NONE, SplitSpec.OnEmpty.FAIL);

        assertThat(Split.of(spec, names).orElse(1, _ -> true)).isEqualTo(1);
    }

    @Test
    void aChoiceMakesNoObjects() {
        Split split = split(StickySpec.parse("cookie:uid"), 50, 30, 20);
        Head head = SampleRequest.text("GET", "/", "Cookie: a=b; uid=7");
        view.begin(head, Caller.UNKNOWN);

        assertThat(GarbageProbe.bytes(i -> split.choose(view, i))).isZero();
    }

    private static StickySpec header() {
        return StickySpec.parse("header:X-User");
    }

    private Split split(StickySpec sticky, int... weights) {
        List<BranchSpec> branches = new ArrayList<>();
        for (int weight : weights) {
            branches.add(BranchSpec.of("pool" + branches.size(), weight));
        }
        return Split.of(new SplitSpec(branches, sticky, SplitSpec.OnEmpty.FALL_BACK), names);
    }

    private int choose(Split split, Head head) {
        view.begin(head, Caller.UNKNOWN);
        return split.choose(view, random.nextLong());
    }

    private int[] branches(Split split) {
        int[] branches = new int[REQUESTS];
        for (int user = 0; user < branches.length; user++) {
            Head head = new Head();
            head.clearForOwn();
            byte[] value = ("user-" + user).getBytes(StandardCharsets.US_ASCII);
            head.addField(new byte[] {'x', '-', 'u', 's', 'e', 'r'}, value, 0);
            branches[user] = choose(split, head);
        }
        return branches;
    }
}
