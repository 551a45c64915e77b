package dev.asterism.l7.retry;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.Head;
import java.util.List;

/** Methods for the request path. Immutable, safe on any thread; allocates nothing when asked. */
final class MethodSet {

    private final List<byte[]> methods;
    private final boolean any;

    /** @param names in upper case, or {@link RetryPolicy#ANY_METHOD} */
    MethodSet(List<String> names) {
        methods = names.stream().map(Ascii::bytes).toList();
        any = names.contains(RetryPolicy.ANY_METHOD);
    }

    boolean has(Head request) {
        if (any) {
            return true;
        }
        for (int i = 0; i < methods.size(); i++) {
            if (request.partIs(Head.METHOD, methods.get(i))) {
                return true;
            }
        }
        return false;
    }
}
