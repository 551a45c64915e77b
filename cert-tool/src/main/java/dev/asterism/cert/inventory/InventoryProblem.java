package dev.asterism.cert.inventory;

import dev.asterism.overlay.text.Printable;

/**
 * What is wrong in one place of an inventory, and what to do about it.
 *
 * @param line from 1
 * @param column from 1
 * @param fix may be empty
 */
public record InventoryProblem(String file, int line, int column, String message, String fix)
        implements Comparable<InventoryProblem> {

    @Override
    public int compareTo(InventoryProblem other) {
        return line != other.line
                ? Integer.compare(line, other.line)
                : Integer.compare(column, other.column);
    }

    /** One line for people. */
    @Override
    public String toString() {
        return Printable.escaped(
                file
                        + ":"
                        + line
                        + ":"
                        + column
                        + ": "
                        + message
                        + (fix.isEmpty() ? "" : "; " + fix));
    }
}
