/**
 * What a lighthouse answers. Control plane only.
 */
@NullMarked
package dev.asterism.lighthouse.server;

import org.jspecify.annotations.NullMarked;
