package dev.adp.domain;

import java.util.List;

/**
 * A page of a list.
 *
 * @param total rows in the whole list, whatever the page
 */
public record Page<T>(List<T> rows, long total) {}
