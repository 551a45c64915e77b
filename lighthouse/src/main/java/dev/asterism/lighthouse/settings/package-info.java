/**
 * What discovery needs of the configuration. Immutable.
 */
@NullMarked
package dev.asterism.lighthouse.settings;

import org.jspecify.annotations.NullMarked;
