package dev.adp.portal;

import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ResourceId;
import java.util.List;
import java.util.Map;

/** The texts that people copy, with the addresses, the name and a model of one provider in them. */
final class ConnectExamples {
  /** Languages that can ask for a token. */
  static final List<Language> TOKEN_LANGUAGES =
      List.of(Language.CURL, Language.PYTHON, Language.NODE);

  private final PortalSettings settings;
  private final ResourceId name;
  private final ProviderConfig config;
  private final List<String> allowed;
  private final ConnectGuide guide;

  /**
   * @param name of the provider
   * @param allowed models to show; none = the provider allows every model
   */
  ConnectExamples(
      PortalSettings settings, ResourceId name, ProviderConfig config, List<String> allowed) {
    this.settings = settings;
    this.name = name;
    this.config = config;
    this.allowed = allowed;
    this.guide = ConnectGuide.of(config);
  }

  /** The model in the code. */
  String model() {
    return guide.models().choose(allowed).orElseThrow();
  }

  /** How a service account gets its token. */
  Snippet token(Language language) {
    boolean plain = language == Language.NODE && "http".equals(settings.issuer().getScheme());
    return new Snippet(
        language.title(ConnectGuide.OAUTH_LIBRARIES),
        filled(read("token", language.file(plain ? "-http" : "")), model()));
  }

  Snippet client(CodingClient client) {
    String model = client.models().choose(allowed).orElseThrow();
    return new Snippet(client.title(), filled(read("clients", client.file()), model));
  }

  Snippet code(Language language, Delivery delivery) {
    SnippetText text = read(guide.folder(), language.file(delivery.suffix()));
    if (config instanceof ProviderConfig.Anthropic anthropic
        && anthropic.authorizationPassthrough()) {
      SnippetText header = read(guide.folder(), language.passthroughFile());
      text = text.withOwnToken(ConnectGuide.OWN_TOKEN, header);
    }
    return new Snippet(language.title(guide.libraries()), filled(text, model()));
  }

  private static SnippetText read(String folder, String file) {
    return SnippetText.read(folder + "/" + file);
  }

  private String filled(SnippetText text, String model) {
    return text.with(
        Map.of(
            "url", settings.proxyUrl(name),
            "token_url", settings.tokenUrl(),
            "issuer", settings.issuerUrl(),
            "name", name.value(),
            "region", region(),
            "model", model));
  }

  private String region() {
    return config instanceof ProviderConfig.Bedrock bedrock ? bedrock.region().value() : "";
  }
}
