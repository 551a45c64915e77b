/**
 * Fuzzing of decoders: what must hold for any bytes that come from outside, on known inputs in every run and on mutated
 * ones for as long as asked ({@code ./verify --nightly}). One thread for each target.
 */
@NullMarked
package dev.asterism.fuzz;

import org.jspecify.annotations.NullMarked;
