/**
 * Faults on purpose: {@link dev.asterism.l7.fault.FaultSpec} is what a file says. Pure; randomness is a parameter,
 * delays are the caller's to wait.
 */
@NullMarked
package dev.asterism.l7.fault;

import org.jspecify.annotations.NullMarked;
