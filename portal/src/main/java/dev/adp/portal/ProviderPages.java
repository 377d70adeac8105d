package dev.adp.portal;

import dev.adp.domain.Actor;
import dev.adp.domain.Page;
import dev.adp.domain.ProviderOverview;
import dev.adp.domain.ProviderQuery;
import dev.adp.domain.ResourceId;
import dev.adp.store.LlmProviders;
import dev.adp.store.Repository;
import io.vertx.ext.web.RoutingContext;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** The list of providers, and all that is known of one. */
final class ProviderPages {
  private static final ZoneId ZONE = ZoneOffset.UTC;

  private final PortalSettings settings;
  private final LlmProviders providers;
  private final Views views;
  private final Format format;

  ProviderPages(PortalSettings settings, Repository repository, Views views, Format format) {
    this.settings = settings;
    this.providers = repository.providers();
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
            "proxyBase",
            settings.proxyBase(),
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

  void enable(RoutingContext ctx) {
    setEnabled(ctx, true, Flash.PROVIDER_ENABLED);
  }

  void disable(RoutingContext ctx) {
    setEnabled(ctx, false, Flash.PROVIDER_DISABLED);
  }

  private void setEnabled(RoutingContext ctx, boolean enabled, Flash flash) {
    var request = new Request(ctx);
    providers.update(
        request.actor(), name(request), _ -> true, draft -> draft.withEnabled(enabled), List.of());
    flash.leave(ctx);
    views.seeOther(ctx, "/providers/" + name(request));
  }

  static ResourceId name(Request request) {
    return Names.resource("LLM provider", request.path("name"));
  }
}
