/**
 * The inventory: one YAML file that says which hosts there are and what their certificates say (docs/certificates.md).
 * {@link dev.asterism.cert.inventory.InventoryReader} turns text into hosts or into all that is wrong with it, with
 * line and fix; {@link dev.asterism.cert.inventory.HostPlanner} compares a host with its files.
 */
@NullMarked
package dev.asterism.cert.inventory;

import org.jspecify.annotations.NullMarked;
