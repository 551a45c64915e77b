/**
 * Input of hostile clients and hostile servers, and readers of HTTP that share nothing with ours: data for the tests
 * of other packages.
 */
@NullMarked
package dev.asterism.l7.hostile;

import org.jspecify.annotations.NullMarked;
