/**
 * Conditions on requests, which routes and authorisation share: {@link dev.asterism.l7.match.MatchSpec} is what a
 * file says, {@link dev.asterism.l7.match.RequestCondition} the same compiled, {@link
 * dev.asterism.l7.match.RequestView} a request as conditions see it, {@link dev.asterism.l7.match.ConditionIndex}
 * finds the first of many that holds. Pure. Specs and conditions are immutable and safe on any thread; a view belongs
 * to one loop.
 */
@NullMarked
package dev.asterism.l7.match;

import org.jspecify.annotations.NullMarked;
