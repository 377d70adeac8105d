package dev.adp.portal;

/**
 * A filter in force, which people can take away.
 *
 * @param without the same list without it
 */
public record Chip(String label, String value, String without) {}
