/** Other people's HTTP clients and servers on both sides of the filter. */
@NullMarked
package dev.asterism.l7.interop;

import org.jspecify.annotations.NullMarked;
