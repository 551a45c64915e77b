/**
 * Certificates from an enrolment server: {@link dev.asterism.agent.enrol.EnrolCommand} gets the first one with a token,
 * {@link dev.asterism.agent.enrol.RenewalService} the next ones while the node runs. The private key never leaves the
 * host. What is trusted is the one certificate that the token names.
 */
@NullMarked
package dev.asterism.agent.enrol;

import org.jspecify.annotations.NullMarked;
