package dev.adp.terraform.redpanda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.sdk.Planner;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuardrailResourceTest {
  private static final Value.Structure BEDROCK =
      Value.Structure.of(
          Map.of(
              "region", Value.text("us-east-1"),
              "guardrail_identifier", Value.text("gr4k7l2m9xyz"),
              "guardrail_version", Value.text("1")));

  private final GuardrailResource resource = new GuardrailResource();

  private Planner.Plan plan(String state) {
    Value.Structure config =
        resource
            .imported("x")
            .values()
            .with("id", Value.Null.NULL)
            .with("display_name", Value.text("X"))
            .with("bedrock_config", BEDROCK);
    Value.Structure stored =
        config
            .with("id", Value.text("x"))
            .with("description", Value.text(""))
            .with("enabled", Value.bool(true))
            .with("state", Value.text(state))
            .with("created_at", Value.text("2026-01-01T00:00:00Z"))
            .with("updated_at", Value.text("2026-01-01T00:00:00Z"));
    return Planner.plan(resource, Optional.of(stored), stored, config, new Diagnostics());
  }

  @Test
  void oneThatIsThereStaysAsItIs() {
    assertThat(plan("ACTIVE").replacing()).isEmpty();
  }

  /** Providers cannot attach it any more, so it is of no use to whoever wants it to be there. */
  @Test
  void oneWhoseDeletionWasBrokenOffIsMadeAnew() {
    Planner.Plan plan = plan("DELETING");
    assertThat(plan.replacing()).containsExactly(Path.of("state"));
    assertThat(plan.planned().text("state")).contains("ACTIVE");
  }
}
