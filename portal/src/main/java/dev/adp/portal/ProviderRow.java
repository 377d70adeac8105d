package dev.adp.portal;

import static java.util.stream.Collectors.joining;

import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.ProviderOverview;
import java.util.List;

/** A row of the list of providers. */
public record ProviderRow(
    LlmProvider provider, TypeCard type, String proxyUrl, List<String> models, SpendCell spend) {
  private static final int MODELS_SHOWN = 2;
  private static final int MODELS_NAMED = 5;

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

  public int more() {
    return Math.max(0, models.size() - MODELS_SHOWN);
  }

  /** What the chip with their number says; a page of long lists must stay small. */
  public String moreModels() {
    String names = models.stream().skip(MODELS_SHOWN).limit(MODELS_NAMED).collect(joining(", "));
    int unnamed = more() - MODELS_NAMED;
    return "%d more: %s%s"
        .formatted(more(), names, unnamed > 0 ? " and %d others".formatted(unnamed) : "");
  }
}
