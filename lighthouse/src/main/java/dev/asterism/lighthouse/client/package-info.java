/**
 * What a node that is no lighthouse says to its lighthouses, and what it makes of their answers. Control plane
 * only.
 */
@NullMarked
package dev.asterism.lighthouse.client;

import org.jspecify.annotations.NullMarked;
