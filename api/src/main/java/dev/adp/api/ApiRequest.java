package dev.adp.api;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.ListOrder;
import dev.adp.domain.PageKey;
import dev.adp.domain.ResourceId;
import dev.adp.http.BearerAuthentication;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A request as the handlers see it: parameters checked, nothing null. */
record ApiRequest(RoutingContext ctx) {
  private static final int PAGE_SIZE_DEFAULT = 50;
  private static final int PAGE_SIZE_MAX = 1_000;
  private static final Set<String> PAGING = Set.of("page_size", "page_token");

  /** Times that the database and all arithmetic can take; no usage lies beyond them. */
  private static final Instant EARLIEST = Instant.EPOCH.minusNanos(1);

  private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

  Actor actor() {
    return BearerAuthentication.actor(ctx);
  }

  String path(String name) {
    return Objects.requireNonNull(ctx.pathParam(name), "the route has no such parameter");
  }

  ResourceId resourceId() {
    return new ResourceId(path("name"));
  }

  Optional<String> query(String name) {
    List<String> values = ctx.queryParam(name);
    if (values.size() > 1) {
      throw new Invalid(name, "must be given once");
    }
    return values.stream().findFirst().map(value -> storable(name, value));
  }

  Set<String> queries(String name) {
    return ctx.queryParam(name).stream()
        .map(value -> storable(name, value))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** PostgreSQL takes no NUL, not even to compare with. */
  private static String storable(String name, String value) {
    if (value.indexOf('\0') != -1) {
      throw new Invalid(name, "must not contain a NUL character");
    }
    return value;
  }

  Optional<Boolean> bool(String name) {
    return query(name)
        .map(
            value ->
                switch (value) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw new Invalid(name, "must be true or false");
                });
  }

  Optional<Instant> instant(String name) {
    return query(name)
        .map(
            value -> {
              try {
                Instant time = Instant.parse(value);
                if (time.isAfter(EARLIEST) && time.isBefore(LATEST)) {
                  return time;
                }
              } catch (DateTimeParseException _) {
                // Falls through to the violation.
              }
              throw new Invalid(
                  name,
                  "must be an ISO 8601 time in UTC after 1970, for example 2026-11-22T00:00:00Z");
            });
  }

  int pageSize() {
    return query("page_size")
        .map(
            value -> {
              if (!value.matches("[0-9]{1,9}") || Integer.parseInt(value) > PAGE_SIZE_MAX) {
                throw new Invalid("page_size", "must be from 0 to 1000; 0 is the default of 50");
              }
              int size = Integer.parseInt(value);
              return size == 0 ? PAGE_SIZE_DEFAULT : size;
            })
        .orElse(PAGE_SIZE_DEFAULT);
  }

  /** Where the page begins, as the token of the page before says; empty for the first. */
  Optional<PageKey> pageKey() {
    return query("page_token").filter(token -> !token.isEmpty()).map(this::pageKey);
  }

  private PageKey pageKey(String token) {
    try {
      var parts = new JsonArray(Buffer.buffer(Base64.getUrlDecoder().decode(token)));
      if (parts.size() == 3
          && listAskedFor().equals(parts.getValue(0))
          && parts.getValue(1) instanceof String sortValue
          && parts.getValue(2) instanceof String name) {
        return new PageKey(storable("page_token", sortValue), storable("page_token", name));
      }
    } catch (IllegalArgumentException | DecodeException _) {
      // Falls through to the violation.
    }
    throw new Invalid("page_token", "must be the next_page_token of the page before");
  }

  /** The token of the next page; empty on the last one. */
  String nextPageToken(Optional<PageKey> next) {
    return next.map(
            key ->
                Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                        new JsonArray(List.of(listAskedFor(), key.sortValue(), key.name()))
                            .toBuffer()
                            .getBytes()))
        .orElse("");
  }

  /** A token continues the very list that it came from: the same filters in the same order. */
  private String listAskedFor() {
    var parameters = new TreeMap<String, Set<String>>();
    ctx.queryParams().names().stream()
        .filter(name -> !PAGING.contains(name))
        .forEach(name -> parameters.put(name, new TreeSet<>(ctx.queryParam(name))));
    return Integer.toHexString((ctx.normalizedPath() + parameters).hashCode());
  }

  /** The order that is asked for: one of those that the document names; the newest first. */
  ListOrder order() {
    return query("order_by")
        .map(text -> text.replaceFirst("^id\\b", "name")) // What names a secret.
        .flatMap(ListOrder::named)
        .orElse(ListOrder.CREATED_DESC);
  }

  Optional<String> updateMask() {
    return query("update_mask").filter(text -> !text.isBlank());
  }

  /** Whether the stored etag is one of those that the caller's {@code If-Match} allows. */
  Predicate<String> unchanged() {
    Set<String> allowed =
        ctx.request().headers().getAll("if-match").stream()
            .flatMap(line -> Arrays.stream(line.split(",", -1))) // No etag of ours has a comma.
            .map(String::strip)
            .collect(Collectors.toUnmodifiableSet());
    return etag -> allowed.isEmpty() || allowed.contains("*") || allowed.contains(etag);
  }

  /** The JSON object in the body. */
  JsonObject body() {
    Buffer body = ctx.body().buffer();
    return StrictJson.object(body == null ? Buffer.buffer() : body);
  }
}
