package dev.adp.portal;

import static dev.adp.domain.Permission.GUARDRAIL_CREATE;
import static dev.adp.domain.Permission.GUARDRAIL_UPDATE;

import dev.adp.domain.Guardrail;
import dev.adp.domain.ResourceId;
import dev.adp.store.Guardrails;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/** Guardrails of AWS Bedrock that providers attach. */
final class GuardrailPages implements ResourcePages {
  private static final Crumb CRUMB = new Crumb("Guardrails", "/guardrails");

  private final Guardrails guardrails;
  private final Views views;
  private final ResourceForms<Guardrail, GuardrailForm> forms;

  GuardrailPages(Guardrails guardrails, Views views) {
    this.guardrails = guardrails;
    this.views = views;
    this.forms =
        new ResourceForms<>(
            views,
            new ResourceForms.Kind<>(
                "guardrail",
                CRUMB,
                "guardrails/form",
                GUARDRAIL_CREATE,
                GUARDRAIL_UPDATE,
                GuardrailForm.LABELS,
                Map.of("regions", AwsRegions.ALL),
                GuardrailForm.EMPTY,
                GuardrailForm::of,
                GuardrailForm::of,
                (form, newer) -> form.withEtag(newer.etag()),
                guardrail -> guardrail.draft().displayName(),
                guardrail -> path(guardrail.name())),
            this::stored);
  }

  @Override
  public void index(RoutingContext ctx) {
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

  @Override
  public void blank(RoutingContext ctx) {
    forms.blank(ctx);
  }

  @Override
  public void create(RoutingContext ctx) {
    forms.create(
        ctx,
        (actor, form) -> guardrails.create(actor, form.draft()),
        made -> {
          Flash.GUARDRAIL_CREATED.leave(ctx);
          views.seeOther(ctx, path(made.name()));
        });
  }

  void show(RoutingContext ctx) {
    detail(ctx, Unsaved.NOT_SENT);
  }

  @Override
  public void edit(RoutingContext ctx) {
    forms.edit(ctx);
  }

  @Override
  public void update(RoutingContext ctx) {
    forms.update(
        ctx,
        (request, form) ->
            guardrails.update(
                request.actor(), name(request), form.etag()::equals, _ -> form.draft()),
        saved -> {
          Flash.GUARDRAIL_SAVED.leave(ctx);
          views.seeOther(ctx, path(saved.name()));
        });
  }

  @Override
  public void delete(RoutingContext ctx) {
    var request = new Request(ctx);
    ResourceId name = name(request);
    Unsaved.attempt(
        Map.of(),
        () -> {
          guardrails.delete(request.actor(), name, _ -> true);
          return name;
        },
        _ -> {
          Flash.GUARDRAIL_DELETED.leave(ctx);
          views.seeOther(ctx, "/guardrails");
        },
        unsaved -> detail(ctx, unsaved));
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
