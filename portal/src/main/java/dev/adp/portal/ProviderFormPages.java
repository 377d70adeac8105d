package dev.adp.portal;

import static dev.adp.domain.Permission.GUARDRAIL_GET;
import static dev.adp.domain.Permission.GUARDRAIL_LIST;
import static dev.adp.domain.Permission.LLMPROVIDER_CREATE;
import static dev.adp.domain.Permission.LLMPROVIDER_UPDATE;
import static dev.adp.domain.Permission.SECRET_LIST;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure;
import dev.adp.domain.Guardrail;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Violation;
import dev.adp.store.Guardrails;
import dev.adp.store.LlmProviders;
import dev.adp.store.Repository;
import dev.adp.store.Secrets;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The page that creates a provider and the one that edits it: the same form. */
final class ProviderFormPages {
  private static final int OFFERED_MAX = 1000;
  private static final Snippet POLICY =
      new Snippet("IAM policy", SnippetText.read("bedrock/policy.json").text());

  private final PortalSettings settings;
  private final LlmProviders providers;
  private final Secrets secrets;
  private final Guardrails guardrails;
  private final ModelPicker picker;
  private final Views views;

  ProviderFormPages(PortalSettings settings, Repository repository, Views views, Format format) {
    this.settings = settings;
    this.providers = repository.providers();
    this.secrets = repository.secrets();
    this.guardrails = repository.guardrails();
    this.picker = new ModelPicker(repository.models(), format);
    this.views = views;
  }

  void blank(RoutingContext ctx) {
    new Request(ctx).actor().require(LLMPROVIDER_CREATE);
    render(ctx, 200, ProviderForm.EMPTY, Optional.empty(), Outcome.NONE);
  }

  void create(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(LLMPROVIDER_CREATE);
    ProviderForm form = ModelPicker.form(request);
    Optional<ModelPicker.Press> press = ModelPicker.press(request, form);
    if (press.isPresent()) {
      pressed(ctx, press.get(), Optional.empty());
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
      if (!isDone(ctx, form, Optional.empty())) {
        render(ctx, 422, form, Optional.empty(), Outcome.of(List.of(taken(taken, form)), form));
      }
    }
  }

  void edit(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(LLMPROVIDER_UPDATE);
    LlmProvider provider = provider(request);
    String priced = request.query("price");
    ModelPicker.Press press = ModelPicker.priced(ProviderForm.of(provider), priced);
    Map<String, Object> page = model(ctx, press, Optional.of(provider), Outcome.NONE);
    page.put("unlisted", press.priced().isEmpty() ? priced : "");
    views.page(ctx, 200, "providers/form", page);
  }

  void update(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(LLMPROVIDER_UPDATE);
    LlmProvider stored = provider(request);
    ProviderForm form = ModelPicker.form(request);
    Optional<ModelPicker.Press> press = ModelPicker.press(request, form);
    if (press.isPresent()) {
      pressed(ctx, press.get(), Optional.of(stored));
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
      render(ctx, 422, form, Optional.of(stored), Outcome.of(List.of(taken(taken, form)), form));
    } catch (Failure.PreconditionFailed _) {
      if (!isDone(ctx, form, Optional.of(stored.draft()))) {
        LlmProvider newer = provider(request);
        render(ctx, 412, form.onto(newer), Optional.of(newer), Outcome.stale(form));
      }
    }
  }

  /**
   * Leads on when the same person has just stored the same: without script a second click sends a
   * form again, and the browser shows the second answer only. Not with a new secret: its value may
   * be another than the first time, and must not be lost without a word.
   */
  private boolean isDone(
      RoutingContext ctx, ProviderForm form, Optional<LlmProvider.Draft> before) {
    ProviderForm.Submission ready = form.submission(before);
    if (!ready.newSecrets().isEmpty()) {
      return false;
    }
    // What stood on the page, whatever the switch has become since: somebody may have closed it.
    LlmProvider.Draft wanted =
        form.enabled().map(seen -> ready.draft().withEnabled(seen.now())).orElse(ready.draft());
    Actor actor = new Request(ctx).actor();
    boolean done =
        stored(actor, wanted.name())
            .filter(found -> found.draft().equals(wanted))
            .filter(found -> found.updatedBy().equals(actor.name()))
            .isPresent();
    if (done) {
      Flash.PROVIDER_SENT_TWICE.leave(ctx);
      views.seeOther(ctx, "/providers/" + wanted.name());
    }
    return done;
  }

  private Optional<LlmProvider> stored(Actor actor, ResourceId name) {
    try {
      return Optional.of(providers.get(actor, name));
    } catch (Failure.NotFound | Failure.Forbidden _) {
      return Optional.empty();
    }
  }

  /** What came of the last attempt to save. */
  private record Outcome(List<Problem> problems, boolean stale) {
    static final Outcome NONE = new Outcome(List.of(), false);

    static Outcome stale(ProviderForm form) {
      return new Outcome(FormProblems.lost(form), true);
    }

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
  private static Violation taken(Failure.AlreadyExists taken, ProviderForm form) {
    String field =
        form.secrets().stream()
            .filter(secret -> secret.choice().isNew())
            .filter(
                secret -> taken.text().startsWith("secret \"" + secret.choice().newName() + '"'))
            .map(SecretField::apiField)
            .findFirst()
            .orElse("name");
    return new Violation(field, taken.text());
  }

  /** Shows what a button among the models has changed; a script gets just the models. */
  private void pressed(RoutingContext ctx, ModelPicker.Press press, Optional<LlmProvider> stored) {
    var request = new Request(ctx);
    int status = press.wrong().isEmpty() ? 200 : 422;
    Map<String, Object> page = model(ctx, press, stored, Outcome.NONE);
    if (request.targets(press.slug() + "_models")) {
      page.put("slug", press.slug());
      String part = Picker.NONE.equals(page.get("picker")) ? "typed" : "picker";
      views.fragment(ctx, status, "providers/_models", part, page);
    } else {
      views.page(ctx, status, "providers/form", page);
    }
  }

  private void render(
      RoutingContext ctx,
      int status,
      ProviderForm form,
      Optional<LlmProvider> stored,
      Outcome outcome) {
    views.page(
        ctx, status, "providers/form", model(ctx, ModelPicker.Press.of(form), stored, outcome));
  }

  private Map<String, Object> model(
      RoutingContext ctx, ModelPicker.Press press, Optional<LlmProvider> stored, Outcome outcome) {
    Actor actor = new Request(ctx).actor();
    ProviderForm form = press.form();
    var known = new DidYouMean(secrets(actor), guardrails(actor));
    List<Problem> problems = known.complete(outcome.problems(), form);
    var page = new HashMap<String, Object>();
    page.put("form", form);
    page.put("problems", problems);
    page.put("errors", Problem.byId(problems));
    page.put("summary", outcome.summary(stored.isPresent()));
    page.put("stale", outcome.stale());
    page.put("types", TypeCard.ALL);
    page.put(
        "typeLabel",
        TypeCard.named(form.type()).map(TypeCard::label).orElse("Choose a provider type"));
    page.put("proxyBase", settings.proxyBase());
    page.put("secrets", known.secrets());
    page.put("regions", AwsRegions.ALL);
    page.put("policy", POLICY);
    page.put("guardrails", GuardrailOption.of(known.guardrails(), guardrailOf(form)));
    page.put("picker", picker.show(actor, press));
    page.putAll(stored.map(ProviderFormPages::editing).orElseGet(ProviderFormPages::creating));
    return page;
  }

  private List<String> secrets(Actor actor) {
    return actor.may(SECRET_LIST)
        ? secrets.page(actor, OFFERED_MAX, 0).rows().stream()
            .map(secret -> secret.name().value())
            .toList()
        : List.of();
  }

  private List<Guardrail> guardrails(Actor actor) {
    return actor.may(GUARDRAIL_LIST) && actor.may(GUARDRAIL_GET)
        ? guardrails.list(actor, OFFERED_MAX, Optional.empty()).rows()
        : List.of();
  }

  private static String guardrailOf(ProviderForm form) {
    return form.of(TypeCard.BEDROCK.slug()).aws().guardrail();
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
