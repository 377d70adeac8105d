package dev.adp.portal;

import static dev.adp.domain.Permission.LLMPROVIDER_DELETE;
import static dev.adp.domain.Permission.SPENDING_GET;

import dev.adp.domain.Actor;
import dev.adp.domain.BedrockIds;
import dev.adp.domain.ConnectionCheck;
import dev.adp.domain.ConnectionResult.Cause;
import dev.adp.domain.ConnectionTest;
import dev.adp.domain.Failure;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ModelPrice;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.ProviderUsage;
import dev.adp.domain.ResourceId;
import dev.adp.store.LlmProviders;
import dev.adp.store.ModelCatalog;
import dev.adp.store.Repository;
import dev.adp.store.UsageReports;
import io.vertx.ext.web.RoutingContext;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that is known of one provider, a test of its connection, and its end. */
final class ProviderDetail {
  private static final ZoneId ZONE = ZoneOffset.UTC;
  private static final String VERIFY = "verify";
  private static final int MODELS_SHOWN = 50;

  private final PortalSettings settings;
  private final LlmProviders providers;
  private final ModelCatalog catalog;
  private final UsageReports usage;
  private final ConnectionTest connections;
  private final Views views;
  private final Format format;

  ProviderDetail(
      PortalSettings settings,
      Repository repository,
      ConnectionTest connections,
      Views views,
      Format format) {
    this.settings = settings;
    this.providers = repository.providers();
    this.catalog = repository.models();
    this.usage = repository.usage();
    this.connections = connections;
    this.views = views;
    this.format = format;
  }

  void show(RoutingContext ctx) {
    LlmProvider provider = provider(new Request(ctx));
    page(ctx, 200, provider, Verification.untested(provider), List.of());
  }

  /** Makes one real call that is as small as a call can be, and shows what came of it. */
  void test(RoutingContext ctx) {
    var request = new Request(ctx);
    LlmProvider provider = provider(request);
    String model = request.field("model");
    String authorization = request.field("client_authorization");
    try {
      var check =
          new ConnectionCheck(
              new ConnectionCheck.Saved(provider.name()),
              model,
              authorization.isEmpty() ? Optional.empty() : Optional.of(authorization));
      var result = connections.run(request.actor(), check);
      if (result.cause().equals(Optional.of(Cause.CLIENT_AUTHORIZATION_MISSING))) {
        var missing =
            new Problem(
                VERIFY + "_client_authorization",
                "Authorization",
                "must not be empty: this provider passes it on to Anthropic");
        tested(ctx, 422, provider, untested(provider, model), List.of(missing));
        return;
      }
      tested(ctx, 200, provider, Verification.tested(provider, model, result), List.of());
    } catch (Failure.Invalid invalid) {
      List<Problem> problems =
          invalid.violations().stream()
              .map(
                  wrong ->
                      new Problem(VERIFY + "_" + wrong.field(), wrong.field(), wrong.message()))
              .toList();
      tested(ctx, 422, provider, untested(provider, model), problems);
    } catch (Failure.TooManyRequests later) {
      ctx.response().putHeader("retry-after", String.valueOf(later.retryAfter().toSeconds()));
      var paused = untested(provider, model).withNote(later.text());
      tested(ctx, 429, provider, paused, List.of());
    }
  }

  private static Verification untested(LlmProvider provider, String model) {
    return Verification.untested(provider).withModel(model);
  }

  private void tested(
      RoutingContext ctx,
      int status,
      LlmProvider provider,
      Verification verification,
      List<Problem> problems) {
    if (new Request(ctx).targets(VERIFY)) {
      var page = common(provider);
      page.put("errors", Problem.byId(problems));
      putVerification(page, new Request(ctx).actor(), provider, verification);
      views.fragment(ctx, status, "providers/_verify", VERIFY, page);
    } else {
      page(ctx, status, provider, verification, problems);
    }
  }

  void delete(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(LLMPROVIDER_DELETE);
    ResourceId name = ProviderPages.name(request);
    if (!request.field("confirm").equals(name.value())) {
      LlmProvider provider = provider(request);
      page(
          ctx,
          422,
          provider,
          Verification.untested(provider),
          List.of(new Problem("confirm", "Name", "must be " + name + " to delete it")));
      return;
    }
    providers.delete(request.actor(), name, _ -> true);
    Flash.PROVIDER_DELETED.leave(ctx);
    views.seeOther(ctx, "/providers");
  }

  private void page(
      RoutingContext ctx,
      int status,
      LlmProvider provider,
      Verification verification,
      List<Problem> problems) {
    Actor actor = new Request(ctx).actor();
    var page = common(provider);
    page.put("title", provider.displayName());
    page.put("crumbs", List.of(Crumb.PROVIDERS));
    page.put("connection", Connection.of(provider, settings));
    page.put("errors", Problem.byId(problems));
    putConnect(page, provider);
    putVerification(page, actor, provider, verification);
    if (actor.may(SPENDING_GET)) {
      putUsage(page, actor, provider, ProviderFilter.number(new Request(ctx).query("models")));
    }
    views.page(ctx, status, "providers/show", page);
  }

  /** Where the Connect tab shows each client and language. */
  private static void putConnect(Map<String, Object> page, LlmProvider provider) {
    String connect = "/providers/" + provider.name() + "/connect";
    List<String> models = provider.models().stream().map(ProviderModel::name).toList();
    page.put(
        "clients",
        ConnectGuide.of(provider.config()).clientsFor(models).stream()
            .map(client -> new Crumb(client.label(), connect + "?client=" + client.slug()))
            .toList());
    page.put(
        "languages",
        Arrays.stream(Language.values())
            .map(language -> new Crumb(language.label(), connect + "?language=" + language.slug()))
            .toList());
  }

  private void putVerification(
      Map<String, Object> page, Actor actor, LlmProvider provider, Verification verification) {
    List<String> offered = offered(actor, provider);
    String model =
        verification.model().isEmpty() ? usual(provider.config(), offered) : verification.model();
    page.put("offered", verification.models().isEmpty() ? offered : List.of());
    page.put(VERIFY, verification.withModel(model));
    var examples =
        new ConnectExamples(
            settings,
            provider.name(),
            provider.config(),
            model.isEmpty() ? List.of() : List.of(model));
    page.put(
        "commands",
        List.of(
            examples.code(Language.CURL, Delivery.WHOLE),
            examples.code(Language.PYTHON, Delivery.WHOLE)));
  }

  /** The first of a long list, or what the catalogue has that can be called from where it is. */
  private List<String> offered(Actor actor, LlmProvider provider) {
    if (!provider.models().isEmpty()) {
      return provider.models().stream()
          .map(ProviderModel::name)
          .limit(Verification.CHOICES_MAX)
          .toList();
    }
    ProviderConfig config = provider.config();
    return catalog.models(actor, config.type()).stream()
        .map(ModelPrice::model)
        .filter(
            model ->
                !(config instanceof ProviderConfig.Bedrock bedrock)
                    || BedrockIds.isUsableFrom(model, bedrock.region()))
        .toList();
  }

  /** That of the examples, which accounts have: the first of a catalogue may have left long ago. */
  private static String usual(ProviderConfig config, List<String> offered) {
    String example = ConnectGuide.of(config).models().example();
    return offered.contains(example) ? example : offered.stream().findFirst().orElse("");
  }

  private void putUsage(
      Map<String, Object> page, Actor actor, LlmProvider provider, int modelsPage) {
    ProviderUsage week = usage.lastSevenDays(actor, provider.uid(), ZONE);
    String type = provider.config().type();
    page.put("kpis", Kpi.of(week, format));
    page.put("daily", Daily.of(week));
    page.put(
        "range", format.days(week.firstDay(), week.firstDay().plusDays(week.days().size() - 1L)));
    page.put("totalSpend", week.total().cost().total());
    List<ExposedModel> models =
        ExposedModel.of(provider, week, model -> catalog.find(actor, type, model));
    int pages = new Pager(1, MODELS_SHOWN, models.size(), "model", format).pages();
    var pager =
        new Pager(Math.clamp(modelsPage, 1, pages), MODELS_SHOWN, models.size(), "model", format);
    page.put("modelPages", pager);
    page.put("models", models.stream().skip(pager.offset()).limit(MODELS_SHOWN).toList());
  }

  private static Map<String, Object> common(LlmProvider provider) {
    var page = new HashMap<String, Object>();
    page.put("provider", provider);
    page.put("type", TypeCard.of(provider.config()));
    return page;
  }

  private LlmProvider provider(Request request) {
    return providers.get(request.actor(), ProviderPages.name(request));
  }
}
