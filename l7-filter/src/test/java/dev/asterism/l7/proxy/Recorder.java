package dev.asterism.l7.proxy;

import java.util.ArrayList;
import java.util.List;

/** Keeps what it is told, as text. */
final class Recorder implements Observer {

    private final List<String> requests = new ArrayList<>();
    private final List<String> attempts = new ArrayList<>();
    private final List<RetryOutcome> retries = new ArrayList<>();
    private final List<String> denials = new ArrayList<>();
    private final List<String> rests = new ArrayList<>();
    private int begun;
    private int limited;

    @Override
    public void began(RequestReport request) {
        begun++;
    }

    @Override
    public void ended(RequestReport request) {
        requests.add(
                request.status()
                        + " "
                        + request.reason()
                        + " "
                        + request.route()
                        + " "
                        + request.pool()
                        + " "
                        + request.attempts());
    }

    @Override
    public void attempted(AttemptReport attempt) {
        attempts.add(
                attempt.number()
                        + " "
                        + attempt.endpoint()
                        + " "
                        + attempt.status()
                        + " "
                        + attempt.grpcStatus()
                        + " "
                        + attempt.failure()
                        + (attempt.isGood() ? " good" : ""));
    }

    @Override
    public void retried(RequestReport request, RetryOutcome outcome) {
        retries.add(outcome);
    }

    @Override
    public void denied(RequestReport request, String rule, boolean audit) {
        denials.add(rule + (audit ? " audit" : ""));
    }

    @Override
    public void limited(RequestReport request, boolean audit) {
        limited++;
    }

    @Override
    public void ejected(String service, String pool, String endpoint, long restNanos) {
        rests.add(endpoint + (restNanos > 0 ? " rests" : " is back"));
    }

    /** Status, reason, route, pool, attempts. */
    List<String> requests() {
        return requests;
    }

    /** Number, endpoint, status, gRPC status, failure, "good". */
    List<String> attempts() {
        return attempts;
    }

    List<RetryOutcome> retries() {
        return retries;
    }

    List<String> denials() {
        return denials;
    }

    List<String> rests() {
        return rests;
    }

    int begun() {
        return begun;
    }

    int limited() {
        return limited;
    }
}
