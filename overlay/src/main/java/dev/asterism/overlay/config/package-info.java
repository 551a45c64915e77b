/**
 * The typed form of config.yml and its reader (spec behaviour.md 2); Nebula's config package and the parsing parts of
 * others. {@link dev.asterism.overlay.config.ConfigReader} turns texts into an {@link
 * dev.asterism.overlay.config.OverlayConfig} or into all problems at once, {@link
 * dev.asterism.overlay.config.ConfigDiff} tells what a reload changes. Inside: text, node tree, merge, check of keys,
 * one reader per section. Which keys work is data, in {@code KnownKeys}.
 *
 * <p>Reading text is pure and may happen on any thread; reading files is the agent's part. Results are immutable.
 */
@NullMarked
package dev.asterism.overlay.config;

import org.jspecify.annotations.NullMarked;
