package dev.adp.portal;

import static dev.adp.domain.Permission.CATALOG_GET;

import dev.adp.domain.Actor;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ModelPrice;
import dev.adp.domain.ProviderModel;
import dev.adp.portal.Tabs.Row;
import dev.adp.store.LlmProviders;
import dev.adp.store.ModelCatalog;
import dev.adp.store.Repository;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How to use one provider: a token, the clients that people code with, and code of one's own. */
final class ConnectPages {
  /** Id of what the tabs change: a script asks for this part of the page alone. */
  private static final String CONNECT = "connect";

  private final PortalSettings settings;
  private final LlmProviders providers;
  private final ModelCatalog catalog;
  private final Views views;

  ConnectPages(PortalSettings settings, Repository repository, Views views) {
    this.settings = settings;
    this.providers = repository.providers();
    this.catalog = repository.models();
    this.views = views;
  }

  void show(RoutingContext ctx) {
    var request = new Request(ctx);
    LlmProvider provider = providers.get(request.actor(), ProviderPages.name(request));
    String overview = "/providers/" + provider.name();
    var page = new HashMap<String, Object>();
    page.put("provider", provider);
    page.put("type", TypeCard.of(provider.config()));
    page.put("title", "Connect");
    page.put("crumbs", List.of(Crumb.PROVIDERS, new Crumb(provider.displayName(), overview)));
    putSteps(page, request, provider, overview + "/connect");
    if (request.targets(CONNECT)) {
      views.fragment(ctx, 200, "providers/connect", CONNECT, page);
    } else {
      views.page(ctx, 200, "providers/connect", page);
    }
  }

  private void putSteps(
      Map<String, Object> page, Request request, LlmProvider provider, String path) {
    var guide = ConnectGuide.of(provider.config());
    List<String> allowed = allowed(request.actor(), provider);
    var examples = new ConnectExamples(settings, provider.name(), provider.config(), allowed);
    var token =
        Row.of(
            request,
            "token",
            "Token language",
            ConnectExamples.TOKEN_LANGUAGES,
            Language::slug,
            Language::label);
    var client =
        Row.of(
            request,
            "client",
            "Client",
            guide.clientsFor(allowed),
            CodingClient::slug,
            CodingClient::label);
    var language =
        Row.of(
            request,
            "language",
            "Language",
            List.of(Language.values()),
            Language::slug,
            Language::label);
    var response =
        Row.of(
            request,
            "response",
            "Response",
            List.of(Delivery.values()),
            Delivery::slug,
            Delivery::label);
    List<Row<?>> rows = List.of(token, client, language, response);
    page.put("tokenTabs", token.tabs(path, rows));
    page.put("clientTabs", client.tabs(path, rows));
    page.put("languageTabs", language.tabs(path, rows));
    page.put("responseTabs", response.tabs(path, rows));
    page.put("token", examples.token(token.open()));
    page.put("client", examples.client(client.open()));
    page.put("clientHints", client.open().hints());
    page.put("snippet", examples.code(language.open(), response.open()));
    page.put("hint", guide.hint());
    page.put("model", examples.model());
  }

  /** The models that the provider lists; only those that can chat, if any is known to do so. */
  private List<String> allowed(Actor actor, LlmProvider provider) {
    List<String> all = provider.models().stream().map(ProviderModel::name).toList();
    if (!actor.may(CATALOG_GET)) {
      return all;
    }
    String type = provider.config().type();
    List<String> chatting =
        all.stream()
            .filter(
                model ->
                    catalog
                        .find(actor, type, model)
                        .map(ModelPrice::capabilities)
                        .map(known -> known.isEmpty() || known.contains("chat"))
                        .orElse(true))
            .toList();
    return chatting.isEmpty() ? all : chatting;
  }
}
