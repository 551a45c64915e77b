/** A client's connection before it is known what the client speaks. Pure; one loop's thread. */
@NullMarked
package dev.asterism.l7.front;

import org.jspecify.annotations.NullMarked;
