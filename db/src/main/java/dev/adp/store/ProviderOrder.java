package dev.adp.store;

import static dev.adp.store.schema.Tables.LLM_PROVIDER;

import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.PageKey;
import dev.adp.domain.ProviderQuery.Order;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.OrderField;

/**
 * An order of providers: by one column, up or down, and by name where that is equal.
 *
 * @param value of a provider in that column, as text
 * @param parse reads that text again
 */
record ProviderOrder<T>(
    Field<T> column,
    boolean falling,
    Function<LlmProvider, String> value,
    Function<String, T> parse) {

  static ProviderOrder<?> of(Order order) {
    return switch (order) {
      case CREATED_DESC -> time(LLM_PROVIDER.CREATED_AT, true, LlmProvider::createdAt);
      case CREATED -> time(LLM_PROVIDER.CREATED_AT, false, LlmProvider::createdAt);
      case UPDATED_DESC -> time(LLM_PROVIDER.UPDATED_AT, true, LlmProvider::updatedAt);
      case UPDATED -> time(LLM_PROVIDER.UPDATED_AT, false, LlmProvider::updatedAt);
      case NAME_DESC -> text(LLM_PROVIDER.NAME, true, provider -> provider.name().value());
      case NAME -> text(LLM_PROVIDER.NAME, false, provider -> provider.name().value());
      case DISPLAY_NAME_DESC -> text(LLM_PROVIDER.DISPLAY_NAME, true, LlmProvider::displayName);
      case DISPLAY_NAME -> text(LLM_PROVIDER.DISPLAY_NAME, false, LlmProvider::displayName);
    };
  }

  private static ProviderOrder<OffsetDateTime> time(
      Field<OffsetDateTime> column, boolean falling, Function<LlmProvider, Instant> value) {
    return new ProviderOrder<>(
        column, falling, value.andThen(Instant::toString), text -> Times.of(Instant.parse(text)));
  }

  private static ProviderOrder<String> text(
      Field<String> column, boolean falling, Function<LlmProvider, String> value) {
    return new ProviderOrder<>(column, falling, value, text -> text);
  }

  List<OrderField<?>> fields() {
    return List.of(falling ? column.desc() : column, LLM_PROVIDER.NAME);
  }

  PageKey key(LlmProvider provider) {
    return new PageKey(value.apply(provider), provider.name().value());
  }

  /** Rows that come behind a place in this order. */
  Condition behind(PageKey place) {
    T last;
    try {
      last = parse.apply(place.sortValue());
    } catch (DateTimeParseException _) {
      throw new Invalid("page_token", "must be the next_page_token of the page before");
    }
    return (falling ? column.lt(last) : column.gt(last))
        .or(column.eq(last).and(LLM_PROVIDER.NAME.gt(place.name())));
  }
}
