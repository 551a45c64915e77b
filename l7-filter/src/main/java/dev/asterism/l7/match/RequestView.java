package dev.asterism.l7.match;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import org.jspecify.annotations.Nullable;

/**
 * A request as conditions see it: the head, the path in its one form, the host without its port and in lower case,
 * query parameters, the caller. One for each loop, filled anew for each request; allocates nothing once its arrays
 * have grown. It reads the head's bytes as they came: a head may be edited after {@link #begin}, and the view still
 * says where the request was going.
 */
public final class RequestView {

    private static final int LONGEST_PORT = 6;

    private final FieldNames names;
    private final RequestPath path = new RequestPath();
    private final QueryParameters query = new QueryParameters();
    private Head head = new Head();
    private Caller caller = Caller.UNKNOWN;
    private byte[] host = new byte[64];
    private int hostLength;
    private int portAt;
    private int portLength;
    private byte[] target = host;
    private byte[] scratch = new byte[256];
    private boolean queryRead;
    private boolean clear;
    private PathIndex.Node[] trail = new PathIndex.Node[16];
    private int tested;

    /**
     * @param names with all names that conditions mention
     */
    public RequestView(FieldNames names) {
        this.names = names;
    }

    /** Takes the next request. Gives the head's fields the numbers of the configuration. */
    public void begin(Head request, Caller from) {
        names.number(request);
        head = request;
        target = request.bytes();
        caller = from;
        clear =
                path.read(
                        request.bytes(), request.partAt(Head.PATH), request.partLength(Head.PATH));
        queryRead = false;
        tested = 0;
        readHost(request);
    }

    private void readHost(Head request) {
        int at = request.partAt(Head.AUTHORITY);
        int length = request.partLength(Head.AUTHORITY);
        if (length == 0) {
            int row = request.find(FieldNames.HOST);
            length = row < 0 ? 0 : request.valueLength(row);
            at = row < 0 ? 0 : request.valueAt(row);
        }
        if (host.length < length) {
            host = new byte[2 * length];
        }
        byte[] b = request.bytes();
        hostLength = 0;
        boolean literal = false;
        int p = at;
        for (; p < at + length && (literal || b[p] != ':'); p++) {
            literal = b[p] == '[' || literal && b[p] != ']';
            host[hostLength++] = Ascii.lowerCase(b[p]);
        }
        portAt = p;
        portLength = at + length - p;
        if (hostLength > 1 && host[hostLength - 1] == '.') {
            hostLength--;
        }
    }

    public Head head() {
        return head;
    }

    public Caller caller() {
        return caller;
    }

    /**
     * Whether the path has one form. A request for which it is false must be answered 400 where a rule looks at
     * paths: {@link #pathFault}.
     */
    public boolean isPathClear() {
        return clear;
    }

    /** What makes the path ambiguous; null: nothing. */
    public @Nullable String pathFault() {
        return path.fault();
    }

    public RequestPath path() {
        return path;
    }

    /** Puts the question mark and the query at this place, nothing when there is none; returns the place behind. */
    public int putQuery(byte[] to, int at) {
        int length = path.queryLength();
        if (length == 0) {
            return at;
        }
        to[at] = '?';
        System.arraycopy(target, path.queryAt(), to, at + 1, length);
        return at + 1 + length;
    }

    /** Puts the colon and the port that the request named, nothing when it named none; returns the place behind. */
    public int putPort(byte[] to, int at) {
        int length = portLength > 1 && portLength <= LONGEST_PORT ? portLength : 0;
        System.arraycopy(target, portAt, to, at, length);
        return at + length;
    }

    /** Without the question mark; 0: none. */
    public int queryLength() {
        return path.queryLength();
    }

    QueryParameters query() {
        if (!queryRead) {
            query.read(target, path.queryAt(), path.queryLength());
            queryRead = true;
        }
        return query;
    }

    /** Lower case, without port and final dot. */
    public byte[] host() {
        return host;
    }

    public int hostLength() {
        return hostLength;
    }

    PathIndex.Node[] trail(int depth) {
        if (trail.length < depth) {
            trail = new PathIndex.Node[2 * depth];
        }
        return trail;
    }

    void tested() {
        tested++;
    }

    /** How many conditions have been tried on this request; what an index saves is what it does not try. */
    public int conditionsTried() {
        return tested;
    }

    /**
     * Makes the head say the path's one form, which is what has been compared. To be called once the request is
     * allowed where rules look at paths.
     */
    public void forwardClearPath() {
        if (!path.isChanged()) {
            return;
        }
        int length = path.length();
        byte[] to = scratch(length + path.queryLength() + 1);
        System.arraycopy(path.bytes(), path.at(), to, 0, length);
        head.replacePart(Head.PATH, to, 0, putQuery(to, length));
    }

    /** Room that may be used until the next call. */
    public byte[] scratch(int bytes) {
        if (scratch.length < bytes) {
            scratch = new byte[2 * bytes];
        }
        return scratch;
    }

    // --- for explanations ---

    public String methodText() {
        return text(Head.METHOD);
    }

    public String pathText() {
        return Texts.text(path.bytes(), path.at(), path.length());
    }

    public String hostText() {
        return Texts.text(host, 0, hostLength);
    }

    private String text(int part) {
        return Texts.text(head.bytes(), head.partAt(part), head.partLength(part));
    }
}
