package dev.asterism.l7.pool;

import dev.asterism.l7.balance.Balancer;
import java.util.ArrayList;
import java.util.List;

/** The members that a request has been sent to. Is used again and again. Belongs to one loop's thread. */
public final class Tried implements Balancer.Excluded {

    private final ArrayList<Member> tried = new ArrayList<>(4);
    private List<Member> members = List.of();

    public void clear() {
        tried.clear();
        members = List.of();
    }

    public void add(Member member) {
        tried.add(member);
    }

    boolean isEmpty() {
        return tried.isEmpty();
    }

    void among(List<Member> all) {
        members = all;
    }

    /** Whether the last pick was among others, too, that the request was not sent to. */
    public boolean leavesAny() {
        return !tried.containsAll(members);
    }

    @Override
    public boolean has(int index) {
        return !tried.isEmpty() && tried.contains(members.get(index));
    }
}
