/** How long answers take, as quantiles. Safe on any thread; time is a parameter. */
@NullMarked
package dev.asterism.l7.latency;

import org.jspecify.annotations.NullMarked;
