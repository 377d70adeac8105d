package dev.adp.demo;

import dev.adp.domain.Actor;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.NewSecret;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Transcripts;
import dev.adp.store.LlmProviders;
import dev.adp.store.Secrets;
import dev.adp.store.ServiceAccounts;
import dev.adp.store.TranscriptLedger;
import dev.adp.store.UsageLedger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A provider for the echo model, an agent to call it, and samples of usage and conversations. */
public final class DemoContent {
  private static final ResourceId PROVIDER = new ResourceId("demo");
  private static final SecretRef KEY = new SecretRef("DEMO_API_KEY");
  private static final ResourceId AGENT = new ResourceId("demo-agent");
  private static final Actor ADMIN = new Actor("demo", "demo", Role.ADMIN);

  private final LlmProviders providers;
  private final Secrets secrets;
  private final ServiceAccounts accounts;
  private final UsageLedger ledger;
  private final TranscriptLedger transcripts;

  public DemoContent(
      LlmProviders providers,
      Secrets secrets,
      ServiceAccounts accounts,
      UsageLedger ledger,
      TranscriptLedger transcripts) {
    this.providers = providers;
    this.secrets = secrets;
    this.accounts = accounts;
    this.ledger = ledger;
    this.transcripts = transcripts;
  }

  /** Makes what is missing, once; later starts only follow the echo model's address. */
  public void prepare(String echoUrl) {
    BaseUrl baseUrl = BaseUrl.of("base_url", echoUrl);
    var config = new ProviderConfig.OpenAi(Optional.of(baseUrl), KEY);
    try {
      LlmProvider stored = providers.get(ADMIN, PROVIDER);
      if (!stored.config().upstream().equals(baseUrl)) {
        providers.update(ADMIN, PROVIDER, _ -> true, draft -> draft.withConfig(config), List.of());
      }
    } catch (NotFound _) {
      if (isNew()) {
        create(config);
      }
    }
  }

  /** Whoever deletes the demo provider does not want it back at the next start. */
  private boolean isNew() {
    try {
      var _ = secrets.get(ADMIN, KEY);
      return false;
    } catch (NotFound _) {
      return true;
    }
  }

  private void create(ProviderConfig config) {
    LlmProvider provider =
        providers.create(
            ADMIN,
            new LlmProvider.Draft(
                PROVIDER,
                "Demo (echo model)",
                "Says back what it is told, and records it. The usage of the past days is sample data.",
                true,
                config,
                List.of(
                    new ProviderModel(EchoModel.MODEL, Rates.NONE),
                    new ProviderModel("gpt-5-nano", Rates.NONE)),
                new Transcripts(true, true)),
            List.of(NewSecret.ofText(KEY, EchoModel.API_KEY)));
    var _ = accounts.create(ADMIN, AGENT, "Demo agent", Role.LLM_PROVIDER_INVOKER, true);
    SampleUsage.of(provider, Instant.now())
        .forEach(
            record -> {
              var _ = ledger.record(record);
            });
    SampleConversations.of(provider, Instant.now())
        .forEach(
            turn -> {
              var _ = ledger.record(turn.call());
              transcripts.offer(turn.call(), turn.transcript());
            });
  }
}
