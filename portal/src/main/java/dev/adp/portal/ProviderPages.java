package dev.adp.portal;

import static dev.adp.domain.Permission.SPENDING_GET;

import dev.adp.domain.Actor;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.Page;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.ProviderOverview;
import dev.adp.domain.ProviderQuery;
import dev.adp.domain.ProviderUsage;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Transcripts;
import dev.adp.store.LlmProviders;
import dev.adp.store.ModelCatalog;
import dev.adp.store.Repository;
import dev.adp.store.UsageReports;
import io.vertx.ext.web.RoutingContext;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The list of providers, and all that is known of one. */
final class ProviderPages {
  private static final ZoneId ZONE = ZoneOffset.UTC;

  private final PortalSettings settings;
  private final LlmProviders providers;
  private final ModelCatalog catalog;
  private final UsageReports usage;
  private final Views views;
  private final Format format;

  ProviderPages(PortalSettings settings, Repository repository, Views views, Format format) {
    this.settings = settings;
    this.providers = repository.providers();
    this.catalog = repository.models();
    this.usage = repository.usage();
    this.views = views;
    this.format = format;
  }

  void index(RoutingContext ctx) {
    var request = new Request(ctx);
    var filter = ProviderFilter.of(request);
    Page<ProviderOverview> page =
        providers.overviews(request.actor(), filter.query(), filter.size(), filter.offset(), ZONE);
    var pager = new Pager(filter.pageNumber(), filter.size(), page.total(), "provider", format);
    if (filter.pageNumber() > pager.pages()) {
      views.seeOther(ctx, filter.page(pager.pages()));
      return;
    }
    views.page(
        ctx,
        200,
        "providers/index",
        Map.of(
            "rows",
            page.rows().stream().map(row -> ProviderRow.of(row, settings)).toList(),
            "total",
            page.total(),
            "untouched",
            page.total() == 0 && filter.chips().isEmpty(),
            "hidden",
            hidden(request.actor(), filter, page.total()),
            "filter",
            filter,
            "pager",
            pager,
            "types",
            TypeCard.ALL,
            "crumbs",
            Crumb.NONE));
  }

  /** How many providers an empty list leaves out. */
  private long hidden(Actor actor, ProviderFilter filter, long total) {
    return total == 0 && !filter.chips().isEmpty()
        ? providers.overviews(actor, ProviderQuery.ALL, 1, 0, ZONE).total()
        : 0;
  }

  void show(RoutingContext ctx) {
    var request = new Request(ctx);
    overview(ctx, 200, provider(request), List.of());
  }

  void connect(RoutingContext ctx) {
    var request = new Request(ctx);
    LlmProvider provider = provider(request);
    String model =
        provider.models().stream().map(ProviderModel::name).findFirst().orElse("gpt-5.4-mini");
    List<Snippet> languages = Snippet.chat(settings.proxyUrl(provider.name()), model);
    Snippet chosen =
        languages.stream()
            .filter(language -> language.slug().equals(request.query("language")))
            .findFirst()
            .orElse(languages.getFirst());
    var page = common(provider);
    page.put("title", "Connect");
    page.put(
        "crumbs",
        List.of(
            Crumb.PROVIDERS, new Crumb(provider.displayName(), "/providers/" + provider.name())));
    page.put("token", Snippet.token(settings.tokenUrl()));
    page.put("languages", languages);
    page.put("snippet", chosen);
    page.put("model", model);
    views.page(ctx, 200, "providers/connect", page);
  }

  void enable(RoutingContext ctx) {
    setEnabled(ctx, true, Flash.PROVIDER_ENABLED);
  }

  void disable(RoutingContext ctx) {
    setEnabled(ctx, false, Flash.PROVIDER_DISABLED);
  }

  void delete(RoutingContext ctx) {
    var request = new Request(ctx);
    ResourceId name = name(request);
    if (!request.field("confirm").equals(name.value())) {
      overview(
          ctx,
          422,
          provider(request),
          List.of(new Problem("confirm", "Name", "must be " + name + " to delete it")));
      return;
    }
    providers.delete(request.actor(), name, _ -> true);
    Flash.PROVIDER_DELETED.leave(ctx);
    views.seeOther(ctx, "/providers");
  }

  private void setEnabled(RoutingContext ctx, boolean enabled, Flash flash) {
    var request = new Request(ctx);
    providers.update(
        request.actor(), name(request), _ -> true, draft -> draft.withEnabled(enabled), List.of());
    flash.leave(ctx);
    views.seeOther(ctx, "/providers/" + name(request));
  }

  private void overview(
      RoutingContext ctx, int status, LlmProvider provider, List<Problem> problems) {
    Actor actor = new Request(ctx).actor();
    var page = common(provider);
    page.put("title", provider.displayName());
    page.put("crumbs", List.of(Crumb.PROVIDERS));
    page.put("connection", connection(provider));
    page.put("transcripts", transcripts(provider.draft().transcripts()));
    page.put("errors", Problem.byId(problems));
    if (actor.may(SPENDING_GET)) {
      putUsage(page, actor, provider);
    }
    views.page(ctx, status, "providers/show", page);
  }

  private void putUsage(Map<String, Object> page, Actor actor, LlmProvider provider) {
    ProviderUsage week = usage.lastSevenDays(actor, provider.uid(), ZONE);
    String type = provider.config().type();
    page.put("kpis", Kpi.of(week, format));
    page.put(
        "range", format.days(week.firstDay(), week.firstDay().plusDays(week.days().size() - 1L)));
    page.put("totalSpend", week.total().cost().total());
    page.put("models", ExposedModel.of(provider, week, model -> catalog.find(actor, type, model)));
  }

  private Map<String, Object> common(LlmProvider provider) {
    var page = new HashMap<String, Object>();
    page.put("provider", provider);
    page.put("type", TypeCard.of(provider.config()));
    return page;
  }

  private List<Fact> connection(LlmProvider provider) {
    return List.of(
        new Fact("Proxy URL", settings.proxyUrl(provider.name())),
        new Fact("Discovery URL", settings.discoveryUrl()),
        new Fact("Base URL", provider.config().upstream().toString()),
        new Fact(
            "API key ref",
            provider
                .config()
                .secretUses()
                .map(ProviderConfig.SecretUse::secret)
                .map(Object::toString)
                .collect(Collectors.joining(", "))));
  }

  private static String transcripts(Transcripts recorded) {
    if (recorded.recordInputMessages()) {
      return recorded.recordOutputMessages() ? "Inputs and outputs recorded" : "Inputs recorded";
    }
    return recorded.recordOutputMessages() ? "Outputs recorded" : "Off";
  }

  private LlmProvider provider(Request request) {
    return providers.get(request.actor(), name(request));
  }

  static ResourceId name(Request request) {
    return Names.resource("LLM provider", request.path("name"));
  }
}
