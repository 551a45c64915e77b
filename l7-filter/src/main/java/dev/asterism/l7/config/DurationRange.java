package dev.asterism.l7.config;

import java.time.Duration;

/** From the least to the most, both included; {@code 25ms..250ms} in a file. */
record DurationRange(Duration least, Duration most) {}
