package dev.adp.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Configurations of which nothing is known when they are planned, not even whether it is null:
 * Terraform holds what is applied against what was planned.
 */
@ExtendWith({World.class, TerraformPlugin.Resolver.class})
class TerraformUnknownTest {
  private final Program program;
  private final Terraform terraform;

  TerraformUnknownTest(Program program, TerraformPlugin plugin) {
    this.program = program;
    terraform = Terraform.reattached(plugin, program);
  }

  @AfterEach
  void close() {
    terraform.run("destroy", "-auto-approve", "-input=false");
    terraform.close();
  }

  /** A resource's output is not known while its input changes. */
  private static String later(String text, String models) {
    return """
    resource "terraform_data" "it" {
      input = {
        text   = "%s"
        region = "us-east-1"
        flag   = true
        none   = null
        labels = { team = "%s" }
        models = %s
        priced = { "m" = { custom_pricing = { input_per_million = 1.5 } }, "n" = {} }
        openai = { api_key_ref = "TF_LATER" }
        compatible = { base_url = "http://127.0.0.1:9/%s/" }
        transcripts = { record_input_messages = true }
        guardrail = {
          region               = "us-east-1"
          guardrail_identifier = "gr4k7l2m9xyz"
          guardrail_version    = "1"
        }
        role = {
          role_arn = "arn:aws:iam::123456789012:role/Later"
        }
      }
    }
    locals {
      later = terraform_data.it.output
    }
    %s
    """
        .formatted(text, text, models, text, RESOURCES);
  }

  private static final String RESOURCES =
      """
      resource "redpanda_secret" "it" {
        name           = "TF_LATER"
        secret_data_wo = local.later.text
        labels         = local.later.labels
      }
      resource "redpanda_guardrail" "it" {
        name           = "tf-later"
        display_name   = local.later.text
        description    = local.later.none
        enabled        = local.later.flag
        bedrock_config = local.later.guardrail
      }
      resource "redpanda_service_account" "it" {
        name         = "tf-later"
        display_name = local.later.text
        role         = local.later.flag ? "Reader" : "Writer"
        agent        = local.later.flag
      }
      resource "redpanda_llm_provider" "openai" {
        name                = "tf-later-openai"
        display_name        = local.later.text
        description         = local.later.text
        enabled             = local.later.none
        deletion_protection = local.later.none
        openai_config       = local.later.openai
        models              = toset(local.later.models)
        transcripts         = local.later.transcripts
        depends_on          = [redpanda_secret.it]
      }
      resource "redpanda_llm_provider" "compatible" {
        name                     = "tf-later-compatible"
        display_name             = local.later.text
        openai_compatible_config = local.later.compatible
        provider_models          = local.later.priced
        transcripts              = local.later.none
      }
      resource "redpanda_llm_provider" "bedrock" {
        name         = "tf-later-bedrock"
        display_name = "Bedrock"
        guardrail    = redpanda_guardrail.it.name
        bedrock_config = {
          region             = local.later.region
          base_url           = local.later.none
          assume_role        = local.later.role
          static_credentials = local.later.none
        }
      }
      """;

  @Test
  void everythingIsPlannedBeforeItIsKnownAndAppliedAsPlanned() {
    assertPlannedAndApplied("create", later("first", "[\"b\", \"a\"]"));
    assertThat(stored("llm-providers/tf-later-openai").getJsonArray("models"))
        .containsExactlyInAnyOrder("a", "b");

    // The region of a guardrail that is in use does not change.
    assertPlannedAndApplied("update", later("second", "[\"c\"]"));
    assertThat(stored("llm-providers/tf-later-openai").getString("description"))
        .isEqualTo("second");
    assertThat(stored("secrets/TF_LATER").getJsonObject("labels").getString("team"))
        .isEqualTo("second");
  }

  private JsonObject stored(String path) {
    return program.rest().get("/v1/" + path);
  }

  private void assertPlannedAndApplied(String action, String config) {
    terraform.config(config);
    assertActions(action);
    terraform.applyPlanned();
  }

  private void assertActions(String action) {
    var changes = new TreeMap<>(terraform.changes());
    changes.remove("terraform_data.it");
    assertThat(changes).hasSize(6);
    assertThat(requireNonNull(changes.get("redpanda_llm_provider.openai")).unknownNames())
        .contains("openai_config", "models", "transcripts", "enabled", "description");
    assertThat(requireNonNull(changes.get("redpanda_guardrail.it")).unknownNames())
        .contains("bedrock_config", "enabled");
    assertThat(changes)
        .allSatisfy(
            (address, change) ->
                assertThat(change.actions()).as(address).isEqualTo(List.of(action)));
  }
}
