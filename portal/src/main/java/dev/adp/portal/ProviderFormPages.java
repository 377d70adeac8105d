package dev.adp.portal;

import static dev.adp.domain.Permission.LLMPROVIDER_CREATE;
import static dev.adp.domain.Permission.LLMPROVIDER_UPDATE;
import static dev.adp.domain.Permission.SECRET_LIST;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Violation;
import dev.adp.store.LlmProviders;
import dev.adp.store.ModelCatalog;
import dev.adp.store.Secrets;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The page that creates a provider and the one that edits it: the same form. */
final class ProviderFormPages {
  private static final String PICKER = "openai_models";
  private static final int SECRETS_OFFERED_MAX = 1000;

  private final PortalSettings settings;
  private final LlmProviders providers;
  private final Secrets secrets;
  private final ModelCatalog catalog;
  private final Views views;

  ProviderFormPages(
      PortalSettings settings,
      LlmProviders providers,
      Secrets secrets,
      ModelCatalog catalog,
      Views views) {
    this.settings = settings;
    this.providers = providers;
    this.secrets = secrets;
    this.catalog = catalog;
    this.views = views;
  }

  void blank(RoutingContext ctx) {
    new Request(ctx).actor().require(LLMPROVIDER_CREATE);
    render(ctx, 200, ProviderForm.EMPTY, Optional.empty(), Outcome.NONE);
  }

  void create(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(LLMPROVIDER_CREATE);
    var form = ProviderForm.of(request);
    if (adding(request)) {
      addModels(ctx, form, Optional.empty());
      return;
    }
    try {
      var ready = form.submission(Optional.empty());
      LlmProvider created = providers.create(request.actor(), ready.draft(), ready.newSecrets());
      Flash.PROVIDER_CREATED.leave(ctx);
      views.seeOther(ctx, "/providers/" + created.name());
    } catch (Failure.Invalid invalid) {
      render(ctx, 422, form, Optional.empty(), Outcome.of(invalid.violations(), form));
    } catch (Failure.AlreadyExists taken) {
      render(ctx, 422, form, Optional.empty(), Outcome.of(List.of(taken(taken)), form));
    }
  }

  void edit(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(LLMPROVIDER_UPDATE);
    LlmProvider provider = provider(request);
    render(ctx, 200, ProviderForm.of(provider), Optional.of(provider), Outcome.NONE);
  }

  void update(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(LLMPROVIDER_UPDATE);
    LlmProvider stored = provider(request);
    var form = ProviderForm.of(request);
    if (adding(request)) {
      addModels(ctx, form, Optional.of(stored));
      return;
    }
    try {
      var ready = form.submission(Optional.of(stored.draft()));
      providers.update(
          request.actor(),
          stored.name(),
          form.etag()::equals,
          _ -> ready.draft(),
          ready.newSecrets());
      Flash.PROVIDER_SAVED.leave(ctx);
      views.seeOther(ctx, "/providers/" + stored.name());
    } catch (Failure.Invalid invalid) {
      render(ctx, 422, form, Optional.of(stored), Outcome.of(invalid.violations(), form));
    } catch (Failure.AlreadyExists taken) {
      render(ctx, 422, form, Optional.of(stored), Outcome.of(List.of(taken(taken)), form));
    } catch (Failure.PreconditionFailed _) {
      LlmProvider newer = provider(request);
      render(ctx, 412, form.withEtag(newer.etag()), Optional.of(newer), Outcome.STALE);
    }
  }

  /** What came of the last attempt to save. */
  private record Outcome(List<Problem> problems, boolean stale) {
    static final Outcome NONE = new Outcome(List.of(), false);
    static final Outcome STALE = new Outcome(List.of(), true);

    static Outcome of(List<Violation> violations, ProviderForm form) {
      return new Outcome(FormProblems.of(violations, form), false);
    }

    String summary(boolean editing) {
      return "The provider was not %s. %s."
          .formatted(
              editing ? "saved" : "created",
              problems.size() == 1
                  ? "1 field needs a change"
                  : problems.size() + " fields need a change");
    }
  }

  /** Whose name is taken: only the text says it. */
  private static Violation taken(Failure.AlreadyExists taken) {
    return new Violation(taken.text().startsWith("secret ") ? "secret" : "name", taken.text());
  }

  /** The Enter key in the search field means the same as the button beside it. */
  private static boolean adding(Request request) {
    return request.ticked("add_model")
        || request.ticked("add_pasted")
        || (request.ticked("enter") && !request.field("model_search").isEmpty());
  }

  private void addModels(RoutingContext ctx, ProviderForm form, Optional<LlmProvider> stored) {
    var request = new Request(ctx);
    String typed =
        request.ticked("add_pasted") ? request.field("paste") : request.field("model_search");
    Stream<String> added = ProviderForm.identifiers(typed);
    ProviderForm more = form.withModels(added);
    if (request.targets(PICKER)) {
      views.fragment(
          ctx, 200, "providers/_models", "picker", model(ctx, more, stored, Outcome.NONE));
    } else {
      render(ctx, 200, more, stored, Outcome.NONE);
    }
  }

  private void render(
      RoutingContext ctx,
      int status,
      ProviderForm form,
      Optional<LlmProvider> stored,
      Outcome outcome) {
    views.page(ctx, status, "providers/form", model(ctx, form, stored, outcome));
  }

  private Map<String, Object> model(
      RoutingContext ctx, ProviderForm form, Optional<LlmProvider> stored, Outcome outcome) {
    Actor actor = new Request(ctx).actor();
    var page = new HashMap<String, Object>();
    page.put("form", form);
    page.put("problems", outcome.problems());
    page.put("errors", Problem.byId(outcome.problems()));
    page.put("summary", outcome.summary(stored.isPresent()));
    page.put("stale", outcome.stale());
    page.put("types", TypeCard.ALL);
    page.put(
        "typeLabel",
        TypeCard.named(form.type()).map(TypeCard::label).orElse("Choose a provider type"));
    page.put("proxyBase", settings.proxyBase());
    page.put("secrets", offered(actor));
    page.put("picker", picker(actor, form, stored));
    page.putAll(stored.map(ProviderFormPages::editing).orElseGet(ProviderFormPages::creating));
    return page;
  }

  private List<String> offered(Actor actor) {
    return actor.may(SECRET_LIST)
        ? secrets.page(actor, SECRETS_OFFERED_MAX, 0).rows().stream()
            .map(secret -> secret.name().value())
            .toList()
        : List.of();
  }

  private List<ModelRow> picker(Actor actor, ProviderForm form, Optional<LlmProvider> stored) {
    List<ProviderModel> models = stored.map(LlmProvider::models).orElse(List.of());
    return ModelRow.picker(
        form.openAi().models(), catalog.models(actor, TypeCard.OPENAI.type()), models);
  }

  private static Map<String, Object> creating() {
    return Map.of(
        "title", "Create provider",
        "heading", "Create LLM provider",
        "crumbs", List.of(Crumb.PROVIDERS),
        "action", "/providers",
        "cancel", "/providers",
        "save", "Create provider");
  }

  private static Map<String, Object> editing(LlmProvider provider) {
    String path = "/providers/" + provider.name();
    return Map.of(
        "title",
        "Edit",
        "heading",
        "Edit " + provider.displayName(),
        "crumbs",
        List.of(Crumb.PROVIDERS, new Crumb(provider.displayName(), path)),
        "action",
        path,
        "cancel",
        path,
        "save",
        "Save provider",
        "editing",
        TypeCard.of(provider.config()));
  }

  private LlmProvider provider(Request request) {
    return providers.get(request.actor(), ProviderPages.name(request));
  }
}
