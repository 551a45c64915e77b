package dev.asterism.l7.retry;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * After what an attempt is repeated. Immutable; allocates nothing when asked.
 *
 * @param triggers what goes wrong without an answer
 * @param codes of HTTP, 400 to 599
 * @param grpc status of gRPC, wherever it stands
 */
public record RetryConditions(
        Set<RetryTrigger> triggers, Set<Integer> codes, Set<GrpcStatus> grpc) {

    /** What is safe for every service: nothing has reached a server. */
    public static final RetryConditions STANDARD = parse(List.of("connect", "refused"));

    private static final String GRPC = "grpc:";
    private static final int LEAST_CODE = 400;
    private static final int CODES_OF_A_CLASS = 100;

    public RetryConditions {
        triggers = Set.copyOf(triggers);
        codes = Set.copyOf(codes);
        grpc = Set.copyOf(grpc);
        if (codes.stream().anyMatch(code -> code < LEAST_CODE || code > 599)) {
            throw new IllegalArgumentException("only answers of 400 to 599 are failures");
        }
    }

    /**
     * Reads what a file lists: {@code connect}, {@code refused}, {@code reset}, {@code timeout}, {@code 503}, {@code
     * 5xx}, {@code grpc:unavailable}.
     *
     * @throws IllegalArgumentException names the first word that is none of these
     */
    public static RetryConditions parse(Collection<String> words) {
        EnumSet<RetryTrigger> triggers = EnumSet.noneOf(RetryTrigger.class);
        Set<Integer> codes = new java.util.TreeSet<>();
        EnumSet<GrpcStatus> grpc = EnumSet.noneOf(GrpcStatus.class);
        for (String word : words) {
            if (word.startsWith(GRPC)) {
                grpc.add(GrpcStatus.parse(word.substring(GRPC.length())));
            } else if (word.matches("[45]xx")) {
                addClass((word.charAt(0) - '0') * CODES_OF_A_CLASS, codes);
            } else if (word.matches("[45][0-9][0-9]")) {
                codes.add(Integer.parseInt(word));
            } else {
                triggers.add(trigger(word));
            }
        }
        return new RetryConditions(triggers, codes, grpc);
    }

    private static void addClass(int first, Set<Integer> codes) {
        for (int code = first; code < first + CODES_OF_A_CLASS; code++) {
            codes.add(code);
        }
    }

    private static RetryTrigger trigger(String word) {
        return Arrays.stream(RetryTrigger.values())
                .filter(trigger -> trigger.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "expected connect, refused, reset, timeout, a code of 400"
                                                + " to 599, 4xx, 5xx or 'grpc:STATUS', not '"
                                                + word
                                                + "'"));
    }

    public boolean has(RetryTrigger trigger) {
        return triggers.contains(trigger);
    }

    /** As a file would list it. */
    public List<String> words() {
        Stream<String> triggerWords = triggers.stream().sorted().map(RetryTrigger::word);
        Stream<String> codeWords = codes.stream().sorted().map(String::valueOf);
        Stream<String> grpcWords = grpc.stream().sorted().map(status -> GRPC + status.word());
        return Stream.of(triggerWords, codeWords, grpcWords)
                .flatMap(words -> words)
                .collect(Collectors.toList());
    }
}
