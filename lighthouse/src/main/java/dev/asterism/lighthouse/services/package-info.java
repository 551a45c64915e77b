/**
 * Services that hosts advertise through the lighthouse (docs/wire-extensions.md): {@link
 * dev.asterism.lighthouse.services.ServiceExchange} is the front, {@link
 * dev.asterism.lighthouse.services.ServiceServer} what a lighthouse keeps and tells, {@link
 * dev.asterism.lighthouse.services.ServiceClient} what a host offers and learns. Nothing of it is loaded before the
 * first host offers or asks. Pure; control plane's thread only.
 */
@NullMarked
package dev.asterism.lighthouse.services;

import org.jspecify.annotations.NullMarked;
