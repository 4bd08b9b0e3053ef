package dev.connections.api.catalog;

import java.util.List;

/**
 * An object in a list, with its position in the list's order.
 *
 * @param key the values that the list is ordered by, as text; the next page starts after them
 */
public record Listed(DataObject object, List<String> key) {}
