/**
 * The agent as a process, beside real Nebula processes, in network namespaces made for one test
 * each. Needs root; what a machine lacks is skipped, with the reason printed. Nothing outside of
 * the namespaces is touched.
 */
@NullMarked
package dev.asterism.agent.it;

import org.jspecify.annotations.NullMarked;
