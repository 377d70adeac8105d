package dev.adp.api;

import dev.adp.domain.Slice;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/** The answers that resources have in common. */
record ApiAnswer(RoutingContext ctx) {

  /** One page of a list, and what to ask for the next one with. */
  <T> void list(String name, Slice<T> slice, Function<? super T, JsonObject> json) {
    ctx.json(page(name, slice, json));
  }

  /** The same, for whoever has more to say. */
  <T> JsonObject page(String name, Slice<T> slice, Function<? super T, JsonObject> json) {
    return new JsonObject()
        .put(name, new JsonArray(slice.rows().stream().map(json).toList()))
        .put("next_page_token", new ApiRequest(ctx).nextPageToken(slice.next()));
  }

  /** A resource that can be changed by whoever sends its etag. */
  void resource(JsonObject json) {
    ctx.response().putHeader("etag", json.getString("etag"));
    ctx.json(json);
  }

  /** What follows is about something new. */
  ApiAnswer created(String location) {
    ctx.response().setStatusCode(201).putHeader("location", location);
    return this;
  }

  /** It is gone. */
  void deleted() {
    ctx.response().setStatusCode(204).end();
  }
}
