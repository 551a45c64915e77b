package dev.asterism.l7.io;

import dev.asterism.l7.identity.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The open connections of one kind on one loop; a connection leaves it when it closes. One loop's thread. */
public final class ConnGroup {

    /** A connection's place in its group. */
    static final class Member {

        private final ConnGroup group;
        private final Conn conn;
        private final Caller caller;
        private @Nullable Member next;
        private @Nullable Member previous;

        private Member(ConnGroup group, Conn conn, Caller caller) {
            this.group = group;
            this.conn = conn;
            this.caller = caller;
        }

        void leave() {
            group.remove(this);
        }
    }

    private @Nullable Member first;
    private int count;

    /** How many are open. */
    public int count() {
        return count;
    }

    /**
     * Only once for each connection.
     *
     * @param caller who is at the other end
     */
    public void add(Conn conn, Caller caller) {
        Member member = new Member(this, conn, caller);
        if (first != null) {
            first.previous = member;
        }
        member.next = first;
        first = member;
        count++;
        conn.member(member);
    }

    private void remove(Member member) {
        if (member.next != null) {
            member.next.previous = member.previous;
        }
        if (member.previous != null) {
            member.previous.next = member.next;
        } else {
            first = member.next;
        }
        count--;
    }

    /** Visits each; the one that is visited may leave meanwhile, and others as well. */
    public void forEach(Consumer<Conn> visitor) {
        Conn[] all = new Conn[count];
        int n = 0;
        for (Member member = first; member != null; member = member.next) {
            all[n++] = member.conn;
        }
        for (Conn conn : all) {
            if (!conn.isClosed()) {
                visitor.accept(conn);
            }
        }
    }

    /** Ends the connections of these callers at once; returns how many. */
    public int lose(Predicate<Caller> whose) {
        List<Conn> theirs = new ArrayList<>();
        for (Member member = first; member != null; member = member.next) {
            if (whose.test(member.caller)) {
                theirs.add(member.conn);
            }
        }
        theirs.forEach(Conn::lose);
        return theirs.size();
    }
}
