/**
 * The typed form of config.yml and its reader (spec behaviour.md 2). Reading text is pure; reading files is the agent.
 */
@NullMarked
package dev.asterism.overlay.config;

import org.jspecify.annotations.NullMarked;
