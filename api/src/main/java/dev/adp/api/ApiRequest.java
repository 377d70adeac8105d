package dev.adp.api;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.ResourceId;
import dev.adp.http.BearerAuthentication;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A request as the handlers see it: parameters checked, nothing null. */
record ApiRequest(RoutingContext ctx) {
  private static final int PAGE_SIZE_DEFAULT = 50;
  private static final int PAGE_SIZE_MAX = 1_000;

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

  /** Rows before the page that the token names. */
  int pageOffset() {
    return query("page_token")
        .filter(token -> !token.isEmpty())
        .map(
            token -> {
              try {
                String text =
                    new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII);
                int offset = Integer.parseInt(text);
                if (offset >= 0) {
                  return offset;
                }
              } catch (IllegalArgumentException _) {
                // Falls through to the violation.
              }
              throw new Invalid("page_token", "must be the next_page_token of the page before");
            })
        .orElse(0);
  }

  /** The token of the next page; empty on the last one. */
  String nextPageToken(long total) {
    long next = (long) pageOffset() + pageSize();
    return next >= total
        ? ""
        : Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(String.valueOf(next).getBytes(StandardCharsets.US_ASCII));
  }

  /** The JSON object in the body. */
  JsonObject body() {
    try {
      JsonObject json = ctx.body().asJsonObject();
      if (json == null) {
        throw new Invalid("", "the body must be a JSON object");
      }
      return json;
    } catch (DecodeException | ClassCastException _) {
      throw new Invalid("", "the body must be a JSON object");
    }
  }
}
