package dev.adp.portal;

import static dev.adp.domain.Permission.GUARDRAIL_CREATE;
import static dev.adp.domain.Permission.GUARDRAIL_UPDATE;

import dev.adp.domain.Guardrail;
import dev.adp.domain.ResourceId;
import dev.adp.store.Guardrails;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Guardrails of AWS Bedrock that providers attach. */
final class GuardrailPages {
  private static final Crumb CRUMB = new Crumb("Guardrails", "/guardrails");

  private final Guardrails guardrails;
  private final Views views;

  GuardrailPages(Guardrails guardrails, Views views) {
    this.guardrails = guardrails;
    this.views = views;
  }

  void index(RoutingContext ctx) {
    var request = new Request(ctx);
    var slice = guardrails.list(request.actor(), Cursor.ROWS_MAX, Cursor.of(request));
    views.page(
        ctx,
        200,
        "guardrails/index",
        Map.of(
            "guardrails",
            slice.rows(),
            "users",
            guardrails.users(request.actor(), slice.rows()),
            "next",
            Cursor.next("/guardrails", slice.next()),
            "crumbs",
            Crumb.NONE));
  }

  void blank(RoutingContext ctx) {
    new Request(ctx).actor().require(GUARDRAIL_CREATE);
    form(ctx, GuardrailForm.EMPTY, Optional.empty(), Unsaved.NOT_SENT);
  }

  void create(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(GUARDRAIL_CREATE);
    var form = GuardrailForm.of(request);
    Unsaved.attempt(GuardrailForm.LABELS, () -> guardrails.create(request.actor(), form.draft()))
        .ifPresentOrElse(
            unsaved -> form(ctx, form, Optional.empty(), unsaved),
            () -> {
              Flash.GUARDRAIL_CREATED.leave(ctx);
              views.seeOther(ctx, "/guardrails/" + form.name());
            });
  }

  void show(RoutingContext ctx) {
    detail(ctx, Unsaved.NOT_SENT);
  }

  void edit(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(GUARDRAIL_UPDATE);
    Guardrail stored = stored(request);
    form(ctx, GuardrailForm.of(stored), Optional.of(stored), Unsaved.NOT_SENT);
  }

  void update(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(GUARDRAIL_UPDATE);
    ResourceId name = name(request);
    var form = GuardrailForm.of(request);
    Unsaved.attempt(
            GuardrailForm.LABELS,
            () -> guardrails.update(request.actor(), name, form.etag()::equals, _ -> form.draft()))
        .ifPresentOrElse(
            unsaved -> {
              Guardrail stored = stored(request);
              form(ctx, form.withEtag(stored.etag()), Optional.of(stored), unsaved);
            },
            () -> {
              Flash.GUARDRAIL_SAVED.leave(ctx);
              views.seeOther(ctx, "/guardrails/" + name);
            });
  }

  void delete(RoutingContext ctx) {
    var request = new Request(ctx);
    Unsaved.attempt(Map.of(), () -> guardrails.delete(request.actor(), name(request), _ -> true))
        .ifPresentOrElse(
            unsaved -> detail(ctx, unsaved),
            () -> {
              Flash.GUARDRAIL_DELETED.leave(ctx);
              views.seeOther(ctx, "/guardrails");
            });
  }

  private void detail(RoutingContext ctx, Unsaved unsaved) {
    var request = new Request(ctx);
    Guardrail guardrail = stored(request);
    views.page(
        ctx,
        unsaved.status(),
        "guardrails/show",
        Map.of(
            "title",
            guardrail.draft().displayName(),
            "guardrail",
            guardrail,
            "users",
            guardrails
                .users(request.actor(), List.of(guardrail))
                .getOrDefault(guardrail.name(), List.of()),
            "unsaved",
            unsaved,
            "crumbs",
            List.of(CRUMB)));
  }

  private void form(
      RoutingContext ctx, GuardrailForm form, Optional<Guardrail> stored, Unsaved unsaved) {
    var page = new HashMap<String, Object>();
    page.put("form", form);
    page.put("unsaved", unsaved);
    page.put("errors", unsaved.errors());
    page.put("regions", AwsRegions.ALL);
    page.put("editing", stored.isPresent());
    page.put(
        "title",
        stored
            .map(guardrail -> "Edit " + guardrail.draft().displayName())
            .orElse("Create guardrail"));
    page.put("action", stored.map(guardrail -> path(guardrail.name())).orElse("/guardrails"));
    page.put("cancel", stored.map(guardrail -> path(guardrail.name())).orElse("/guardrails"));
    page.put("crumbs", List.of(CRUMB));
    views.page(ctx, unsaved.status(), "guardrails/form", page);
  }

  private static String path(ResourceId name) {
    return "/guardrails/" + name;
  }

  private Guardrail stored(Request request) {
    return guardrails.get(request.actor(), name(request));
  }

  private static ResourceId name(Request request) {
    return Names.resource("guardrail", request.path("name"));
  }
}
