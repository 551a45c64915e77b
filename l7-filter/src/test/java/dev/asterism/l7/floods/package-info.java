/**
 * Clients and servers that cost others more than themselves, honest load beside them, and what a filter spends on it.
 */
@NullMarked
package dev.asterism.l7.floods;

import org.jspecify.annotations.NullMarked;
