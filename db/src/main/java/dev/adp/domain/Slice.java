package dev.adp.domain;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of a list that is read from a {@link PageKey} on.
 *
 * @param next where the next part begins; empty when this is the last
 */
public record Slice<T>(List<T> rows, Optional<PageKey> next) {

  /**
   * Makes a slice of what was read.
   *
   * @param read up to one row more than the slice may have: that there is one means there is a next
   *     slice
   * @param key the place of a row
   */
  public static <T> Slice<T> of(List<T> read, int rowsMax, Function<T, PageKey> key) {
    return read.size() <= rowsMax
        ? new Slice<>(List.copyOf(read), Optional.empty())
        : new Slice<>(
            List.copyOf(read.subList(0, rowsMax)), Optional.of(key.apply(read.get(rowsMax - 1))));
  }
}
