package dev.adp.portal;

import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.ProviderOverview;
import java.util.List;

/** A row of the list of providers. */
public record ProviderRow(
    LlmProvider provider, TypeCard type, String proxyUrl, List<String> models, SpendCell spend) {
  private static final int MODELS_SHOWN = 2;

  static ProviderRow of(ProviderOverview overview, PortalSettings settings) {
    LlmProvider provider = overview.provider();
    return new ProviderRow(
        provider,
        TypeCard.of(provider.config()),
        settings.proxyUrl(provider.name()),
        provider.models().stream().map(ProviderModel::name).toList(),
        SpendCell.of(overview.spendMicrocentsByDay(), overview.unpricedTokens()));
  }

  /** The proxy URL without its scheme and without the name: what may be cut when room is short. */
  public String urlHead() {
    return proxyUrl.substring(0, proxyUrl.lastIndexOf('/')).replaceFirst("^https?://", "");
  }

  public List<String> firstModels() {
    return models.stream().limit(MODELS_SHOWN).toList();
  }

  public List<String> moreModels() {
    return models.stream().skip(MODELS_SHOWN).toList();
  }
}
