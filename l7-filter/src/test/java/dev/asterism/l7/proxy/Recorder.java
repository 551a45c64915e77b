package dev.asterism.l7.proxy;

import java.util.ArrayList;
import java.util.List;

/** Keeps what it is told, as text. */
final class Recorder implements Observer {

    private final List<String> requests = new ArrayList<>();
    private final List<String> attempts = new ArrayList<>();
    private final List<RetryOutcome> retries = new ArrayList<>();
    private final List<String> denials = new ArrayList<>();
    private final List<String> ejections = new ArrayList<>();
    private final List<String> emptyPools = new ArrayList<>();
    private final List<String> strays = new ArrayList<>();
    private final List<String> refusedInputs = new ArrayList<>();
    private final List<String> fields = new ArrayList<>();
    private final List<String> mirrored = new ArrayList<>();
    private final List<String> hedges = new ArrayList<>();
    private boolean wantsFields;
    private int limited;
    private long gaveWay;

    /** From now on. */
    void wantFields() {
        wantsFields = true;
    }

    @Override
    public boolean wantsFields(RequestReport request) {
        return wantsFields;
    }

    @Override
    public void gaveWay() {
        gaveWay++;
    }

    long gaveWayCount() {
        return gaveWay;
    }

    @Override
    public void ended(RequestReport request) {
        emptyPools.add(request.emptyPool());
        request.requestFields()
                .forEach(field -> fields.add("> " + field.name() + ": " + field.value()));
        request.answerFields()
                .forEach(field -> fields.add("< " + field.name() + ": " + field.value()));
        if (request.service().isEmpty()) {
            strays.add(request.direction() + " " + request.authority() + request.path());
        }
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
    public void hedged(RequestReport request, HedgeOutcome outcome) {
        hedges.add(outcome.word());
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
    public void inputRefused(InputReport input) {
        refusedInputs.add(
                input.direction()
                        + " "
                        + input.service()
                        + " "
                        + input.caller().name()
                        + " "
                        + input.why().word()
                        + " "
                        + input.status());
    }

    @Override
    public void ejected(String service, String pool, String endpoint, long nanos) {
        ejections.add(endpoint + (nanos > 0 ? " is ejected" : " is back"));
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

    /** What came of second copies. */
    List<String> hedges() {
        return hedges;
    }

    List<String> denials() {
        return denials;
    }

    List<String> ejections() {
        return ejections;
    }

    /** Of each request. */
    List<String> emptyPools() {
        return emptyPools;
    }

    /** Direction, host and path of those that no service had. */
    List<String> strays() {
        return strays;
    }

    /** Direction, service, caller, reason, status. */
    List<String> refusedInputs() {
        return refusedInputs;
    }

    @Override
    public void mirrored(String service, String route, String pool, String result) {
        mirrored.add(service + " " + route + " " + pool + " " + result);
    }

    /** Service, route, pool, result. */
    List<String> mirrored() {
        return mirrored;
    }

    /** Of requests, marked by >, and of answers, marked by <. */
    List<String> fields() {
        return fields;
    }

    int limited() {
        return limited;
    }

    private final List<String> shed = new java.util.ArrayList<>();

    @Override
    public void shed(
            RequestReport request, dev.asterism.l7.identity.Priority priority, boolean audit) {
        shed.add(priority + (audit ? " audit" : " enforce"));
    }

    List<String> shed() {
        return shed;
    }
}
