package dev.asterism.l7.rollout;

/**
 * What was measured since a step began.
 *
 * @param success share of good answers; 1 without a request
 * @param p99Nanos to the head of an answer; 0 without one
 */
public record StepFigures(long requests, double success, long p99Nanos) {}
