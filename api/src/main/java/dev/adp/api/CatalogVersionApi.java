package dev.adp.api;

import dev.adp.domain.CatalogFetch;
import dev.adp.domain.CatalogVersion;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.Violation;
import dev.adp.domain.Violations;
import dev.adp.store.CatalogVersions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** {@code /v1/catalog/versions}: the price catalogues that were offered. */
final class CatalogVersionApi {
  static final String PATH = "/v1/catalog/versions";

  /** Stands for the id of the one in force. */
  private static final String ACTIVE = "active";

  private final CatalogVersions versions;

  CatalogVersionApi(CatalogVersions versions) {
    this.versions = versions;
  }

  void mount(Router router) {
    router.get(PATH).handler(this::list);
    router.post(PATH).handler(this::offer);
    router.get(PATH + "/:id").handler(this::get);
    router.post(PATH + "/:id/approve").handler(this::approve);
  }

  private void list(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    var slice = versions.list(request.actor(), request.pageSize(), request.pageKey());
    JsonObject json = new ApiAnswer(ctx).page("catalog_versions", slice, CatalogVersionApi::json);
    versions.latestFetch(request.actor()).ifPresent(fetch -> json.put("fetch", fetch(fetch)));
    ctx.json(json);
  }

  private void get(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    Optional<String> id = Optional.of(request.path("id")).filter(text -> !text.equals(ACTIVE));
    CatalogVersions.Stored stored = versions.get(request.actor(), id);
    ctx.json(json(stored.version()).put("content", stored.text()));
  }

  private void offer(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    var violations = new Violations();
    var fields = new JsonFields(request.body(), "", violations);
    String content = fields.text("content").orElse("");
    fields.rejectUnknown();
    violations.throwIfAny();
    Optional<CatalogVersion> known = versions.known(request.actor(), content);
    if (known.isPresent()) {
      ctx.json(json(known.get()));
    } else {
      CatalogVersion offered = offered(request, content);
      ctx.response().setStatusCode(201);
      ctx.json(json(offered));
    }
  }

  /** What is wrong with a line of the file is wrong with the field that carries it. */
  private CatalogVersion offered(ApiRequest request, String content) {
    try {
      return versions.offer(request.actor(), content, "import by " + request.actor().name());
    } catch (Invalid invalid) {
      throw new Invalid(
          invalid.violations().stream()
              .map(
                  violation ->
                      new Violation("content", violation.field() + ": " + violation.message()))
              .toList());
    }
  }

  private void approve(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    ctx.json(json(versions.approve(request.actor(), request.path("id"))));
  }

  private static JsonObject fetch(CatalogFetch fetch) {
    var json =
        new JsonObject()
            .put("source", fetch.source())
            .put("state", fetch.state().name())
            .put("problem", fetch.problem());
    fetch.lookedAt().ifPresent(time -> json.put("looked_at", time.toString()));
    fetch.goodAt().ifPresent(time -> json.put("good_at", time.toString()));
    return json;
  }

  private static JsonObject json(CatalogVersion version) {
    return new JsonObject()
        .put("id", String.valueOf(version.id()))
        .put("version", version.version())
        .put("digest", version.digest())
        .put("source", version.source())
        .put("fetched_at", version.fetchedAt().toString())
        .put("state", version.state().name())
        .put("diff", new JsonObject(version.diff()));
  }
}
