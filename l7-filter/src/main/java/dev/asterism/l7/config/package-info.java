/**
 * The section {@code l7} of a configuration as records that the filter executes. {@link
 * dev.asterism.l7.config.FilterReader} reads it, {@link dev.asterism.l7.config.FilterConfig} is what it gives, {@link
 * dev.asterism.l7.config.EffectiveText} writes it out again with every default. Pure. Source: docs/l7.md.
 */
@NullMarked
package dev.asterism.l7.config;

import org.jspecify.annotations.NullMarked;
