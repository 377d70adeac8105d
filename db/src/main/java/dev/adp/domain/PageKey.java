package dev.adp.domain;

/**
 * The place of a row in an ordered list: the next page begins behind it, whatever was inserted or
 * deleted meanwhile.
 *
 * @param sortValue what the list is ordered by, as text; empty when it is ordered by name alone
 * @param name breaks ties
 */
public record PageKey(String sortValue, String name) {
  /** A place in a list that is ordered by name. */
  public static PageKey ofName(String name) {
    return new PageKey("", name);
  }
}
