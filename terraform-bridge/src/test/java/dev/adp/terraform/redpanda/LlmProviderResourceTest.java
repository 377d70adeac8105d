package dev.adp.terraform.redpanda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.plugin.HclLog;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.sdk.Planner;
import dev.adp.terraform.sdk.Refusal;
import dev.adp.terraform.sdk.State;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LlmProviderResourceTest {
  private static final Value.Structure OPENAI =
      Value.Structure.of(Map.of("base_url", Value.Null.NULL, "api_key_ref", Value.text("KEY")));

  private final LlmProviderResource resource = new LlmProviderResource();

  private Value.Structure provider() {
    return resource
        .imported("x")
        .values()
        .with("display_name", Value.text("X"))
        .with("openai_config", OPENAI);
  }

  private Value.Structure state() {
    return provider()
        .with("type", Value.text("LLM_PROVIDER_TYPE_OPENAI"))
        .with("deletion_protection", Value.bool(true));
  }

  /** Terraform does not plan the deletion that a taint or -replace brings. */
  @Test
  void whatIsProtectedIsNotDeletedEvenWhenNoPlanWasAsked() {
    var connection =
        new Connection(
            URI.create("http://localhost:1/"),
            new Connection.Credential.Token("t"),
            Optional.empty(),
            Duration.ofSeconds(1),
            Optional.empty());
    var http = new Http(connection, new HclLog(System.err, HclLog.Level.OFF, Clock.systemUTC()));
    var client =
        new Client(connection, http, new AccessTokens(connection, http, Clock.systemUTC()));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> resource.delete(client, State.of(state())))
        .withMessage("LLM provider \"x\" is protected");
  }

  @Test
  void aConfigurationThatIsNotKnownYetDecidesTheTypeAllTheSame() {
    Value.Structure config = provider().with("openai_config", Value.Unknown.UNKNOWN);
    assertThat(plan(config).replacing()).isEmpty();
  }

  @Test
  void aConfigurationOfAnotherTypeMakesANewProviderAlsoBeforeItIsKnown() {
    Value.Structure config =
        provider()
            .with("openai_config", Value.Null.NULL)
            .with("google_config", Value.Unknown.UNKNOWN);
    assertThat(plan(config).replacing()).containsExactly(Path.of("type"));
  }

  @Test
  void twoConfigurationsAreOneTooManyWhateverElseIsNotKnownYet() {
    Value.Structure config =
        provider().with("google_config", OPENAI).with("bedrock_config", Value.Unknown.UNKNOWN);
    var diagnostics = new Diagnostics();
    resource.validate(config, diagnostics);
    assertThat(diagnostics.all())
        .extracting(Diagnostic::path)
        .containsExactly(Path.of("google_config"));
    diagnostics = new Diagnostics();
    resource.validate(config.with("google_config", Value.Null.NULL), diagnostics);
    assertThat(diagnostics.all()).isEmpty();
  }

  private Planner.Plan plan(Value.Structure config) {
    return Planner.plan(resource, Optional.of(state()), config, config, new Diagnostics());
  }
}
