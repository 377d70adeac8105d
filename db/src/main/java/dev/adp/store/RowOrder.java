package dev.adp.store;

import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.ListOrder;
import dev.adp.domain.PageKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.OrderField;

/**
 * An order of rows: by one column, up or down, and by name where that is equal.
 *
 * @param value of a row in that column, as text
 * @param parse reads that text again
 */
record RowOrder<R, T>(
    Columns<R> columns,
    Field<T> column,
    boolean falling,
    Function<R, String> value,
    Function<String, T> parse) {

  /** The database takes no time beyond these, and no row is of one. */
  private static final Instant EARLIEST = Instant.EPOCH;

  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  /**
   * What rows of a kind can be ordered by.
   *
   * @param displayName the name again, for what has no other
   */
  record Columns<R>(
      Field<String> name,
      Function<R, String> nameOf,
      Field<String> displayName,
      Function<R, String> displayNameOf,
      Field<OffsetDateTime> createdAt,
      Function<R, Instant> createdAtOf,
      Field<OffsetDateTime> updatedAt,
      Function<R, Instant> updatedAtOf) {

    RowOrder<R, ?> by(ListOrder order) {
      return switch (order) {
        case CREATED_DESC -> time(createdAt, true, createdAtOf);
        case CREATED -> time(createdAt, false, createdAtOf);
        case UPDATED_DESC -> time(updatedAt, true, updatedAtOf);
        case UPDATED -> time(updatedAt, false, updatedAtOf);
        case NAME_DESC -> text(name, true, nameOf);
        case NAME -> text(name, false, nameOf);
        case DISPLAY_NAME_DESC -> text(displayName, true, displayNameOf);
        case DISPLAY_NAME -> text(displayName, false, displayNameOf);
      };
    }

    private RowOrder<R, OffsetDateTime> time(
        Field<OffsetDateTime> column, boolean falling, Function<R, Instant> value) {
      return new RowOrder<>(
          this, column, falling, value.andThen(Instant::toString), text -> Times.of(instant(text)));
    }

    private RowOrder<R, String> text(
        Field<String> column, boolean falling, Function<R, String> value) {
      return new RowOrder<>(this, column, falling, value, text -> text);
    }
  }

  private static Instant instant(String text) {
    Instant at = Instant.parse(text);
    if (at.isBefore(EARLIEST) || at.isAfter(LATEST)) {
      throw new DateTimeException("beyond what the database takes");
    }
    return at;
  }

  private boolean isByName() {
    return column.equals(columns.name());
  }

  List<OrderField<?>> fields() {
    OrderField<?> first = falling ? column.desc() : column;
    return isByName() ? List.of(first) : List.of(first, columns.name());
  }

  PageKey key(R row) {
    String name = columns.nameOf().apply(row);
    return isByName() ? PageKey.ofName(name) : new PageKey(value.apply(row), name);
  }

  /**
   * Rows that come behind a place in this order.
   *
   * @throws Invalid when the place is none in this order
   */
  Condition behind(PageKey place) {
    Field<String> name = columns.name();
    if (isByName()) {
      return falling ? name.lt(place.name()) : name.gt(place.name());
    }
    T last;
    try {
      last = parse.apply(place.sortValue());
    } catch (DateTimeException _) {
      throw new Invalid("page_token", "must be the next_page_token of the page before");
    }
    return (falling ? column.lt(last) : column.gt(last))
        .or(column.eq(last).and(name.gt(place.name())));
  }
}
