/**
 * static_host_map: literals at once, names through a port. Control plane only.
 */
@NullMarked
package dev.asterism.lighthouse.staticmap;

import org.jspecify.annotations.NullMarked;
