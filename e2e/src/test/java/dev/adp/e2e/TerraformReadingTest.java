package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Data sources, ephemeral resources, the function, and what the provider block can have wrong. */
@ExtendWith({World.class, TerraformPlugin.Resolver.class})
class TerraformReadingTest {
  private final Program program;
  private final TerraformPlugin plugin;
  private final Terraform terraform;

  TerraformReadingTest(Program program, TerraformPlugin plugin) {
    this.program = program;
    this.plugin = plugin;
    terraform = Terraform.reattached(plugin, program);
  }

  @AfterEach
  void close() {
    terraform.run("destroy", "-auto-approve", "-input=false");
    terraform.close();
  }

  private JsonObject read(String hcl) {
    terraform.config(
        hcl + "\noutput \"it\" {\n  value = jsonencode(%s)\n}\n".formatted("local.it"));
    terraform.run("apply", "-auto-approve", "-input=false").succeeds();
    return new JsonObject(terraform.output("it"));
  }

  @Test
  void aProviderIsFoundByNameAndByFilters() {
    JsonObject one =
        read(
            """
            data "redpanda_llm_provider" "it" {
              name = "demo"
            }
            locals {
              it = data.redpanda_llm_provider.it
            }
            """);
    assertThat(one.getString("url")).isEqualTo(program.gateway() + "/llm/v1/providers/demo");
    assertThat(one.getString("type")).isEqualTo("LLM_PROVIDER_TYPE_OPENAI");
    JsonObject all =
        read(
            """
            data "redpanda_llm_providers" "it" {
              name_contains = "DEM"
              enabled       = true
              type          = "LLM_PROVIDER_TYPE_OPENAI"
            }
            locals {
              it = data.redpanda_llm_providers.it
            }
            """);
    JsonArray found = all.getJsonArray("llm_providers");
    assertThat(found).hasSize(1);
    assertThat(found.getJsonObject(0).getString("name")).isEqualTo("demo");
    JsonArray listing =
        read("""
                resource "redpanda_llm_provider" "it" {
                  count        = 2
                  name         = "tf-filtered-${count.index}"
                  display_name = "Filtered"
                  models       = ["model-of-the-filter-${count.index}"]
                  anthropic_config = {
                    authorization_passthrough = true
                  }
                }
                data "redpanda_llm_providers" "it" {
                  model      = "model-of-the-filter-1"
                  depends_on = [redpanda_llm_provider.it]
                }
                locals {
                  it = data.redpanda_llm_providers.it
                }
                """)
            .getJsonArray("llm_providers");
    assertThat(listing).hasSize(1);
    assertThat(listing.getJsonObject(0).getString("name")).isEqualTo("tf-filtered-1");
    terraform
        .config("data \"redpanda_llm_provider\" \"it\" {\n  name = \"tf-nowhere\"\n}")
        .run("plan", "-input=false")
        .failsWith("LLM provider \"tf-nowhere\" not found");
  }

  @Test
  void modelsComeWithTheirPricesInDollars() {
    JsonObject read =
        read(
            """
            data "redpanda_llm_models" "it" {
              provider_type = "LLM_PROVIDER_TYPE_BEDROCK"
              aws_region    = "eu-west-1"
            }
            locals {
              it = data.redpanda_llm_models.it
            }
            """);
    JsonObject model = read.getJsonArray("models").getJsonObject(0);
    JsonObject expected =
        program
            .rest()
            .get("/v1/models?provider_type=LLM_PROVIDER_TYPE_BEDROCK&aws_region=eu-west-1")
            .getJsonArray("models")
            .getJsonObject(0);
    assertThat(model.getString("name")).isEqualTo(expected.getString("name"));
    long microcents =
        Long.parseLong(expected.getJsonObject("pricing").getString("input_per_million"));
    assertThat(model.getJsonObject("pricing").getDouble("input_per_million"))
        .isEqualTo(microcents / 1e8);
    assertThat(read.getJsonArray("models")).hasSizeGreaterThan(1);
    JsonObject only =
        read(
            """
            data "redpanda_llm_models" "it" {
              provider_type = "LLM_PROVIDER_TYPE_BEDROCK"
              name          = "%s"
            }
            locals {
              it = data.redpanda_llm_models.it
            }
            """
                .formatted(expected.getString("name")));
    assertThat(only.getJsonArray("models")).hasSize(1);
    assertThat(only.getJsonArray("models").getJsonObject(0).getString("name"))
        .isEqualTo(expected.getString("name"));
  }

  @Test
  void aGuardrailIsFoundByName() {
    JsonObject guardrail =
        read(
            """
            resource "redpanda_guardrail" "it" {
              name         = "tf-read-guard"
              display_name = "Guard"
              bedrock_config = {
                region               = "us-east-1"
                guardrail_identifier = "gr4k7l2m9xyz"
                guardrail_version    = "1"
              }
            }
            data "redpanda_guardrail" "it" {
              name = redpanda_guardrail.it.name
            }
            locals {
              it = data.redpanda_guardrail.it
            }
            """);
    assertThat(guardrail.getJsonObject("bedrock_config").getString("region"))
        .isEqualTo("us-east-1");
  }

  @Test
  void theFunctionNeedsNoServer() {
    terraform
        .config(
            """
            output "it" {
              value = provider::redpanda::proxy_url("https://gw.example.com/", "team-a")
            }
            """)
        .apply();
    assertThat(terraform.output("it")).isEqualTo("https://gw.example.com/llm/v1/providers/team-a");
    terraform
        .config(
            """
            output "it" {
              value = provider::redpanda::proxy_url("https://gw.example.com", "Team A")
            }
            """)
        .run("validate")
        .failsWith("Invalid value for \"name\" parameter", "must match");
    terraform
        .config(
            """
            output "it" {
              value = provider::redpanda::proxy_url(null, "team-a")
            }
            """)
        .run("validate")
        .failsWith("Invalid value for \"base\" parameter", "must not be null");
  }

  /** The function is then called when the argument is known. */
  @Test
  void anArgumentThatIsNotKnownYetMakesAResultThatIsNotKnownYet() {
    terraform.config(
        """
        resource "terraform_data" "name" {
          input = "team-b"
        }
        output "it" {
          value = provider::redpanda::proxy_url("https://gw.example.com", terraform_data.name.output)
        }
        """);
    assertThat(terraform.run("plan", "-input=false").succeeds().flat())
        .contains("+ it = (known after apply)");
    terraform.apply();
    assertThat(terraform.output("it")).isEqualTo("https://gw.example.com/llm/v1/providers/team-b");
  }

  /** A second provider uses the credential, so it must have worked; afterwards it is gone. */
  @Test
  void aCredentialLivesAsLongAsTheRunAndIsNeverStored() {
    terraform.config(
        """
        resource "redpanda_service_account" "it" {
          name         = "tf-ephemeral"
          display_name = "Ephemeral"
          role         = "Reader"
        }
        """);
    terraform.apply();
    terraform.config(
        """
        resource "redpanda_service_account" "it" {
          name         = "tf-ephemeral"
          display_name = "Ephemeral"
          role         = "Reader"
        }
        ephemeral "redpanda_service_account_credential" "it" {
          service_account = redpanda_service_account.it.name
          lifecycle {
            postcondition {
              condition     = timecmp(self.expires_at, timeadd(plantimestamp(), "59m")) > 0
              error_message = "It expires too early."
            }
            postcondition {
              condition     = timecmp(self.expires_at, timeadd(plantimestamp(), "65m")) < 0
              error_message = "It expires too late."
            }
          }
        }
        ephemeral "redpanda_gateway_token" "it" {
          client_id     = ephemeral.redpanda_service_account_credential.it.client_id
          client_secret = ephemeral.redpanda_service_account_credential.it.client_secret
        }
        resource "redpanda_secret" "it" {
          name           = "TF_TOKEN"
          secret_data_wo = ephemeral.redpanda_gateway_token.it.token
        }
        """);
    terraform.apply();
    assertThat(program.rest().get("/v1/service-accounts/tf-ephemeral").getJsonArray("credentials"))
        .isEmpty();
    String state = terraform.run("show", "-json").text();
    assertThat(state).doesNotContain("client_secret", "eyJ");
  }

  private Terraform.Run plan(String provider) {
    terraform.write("provider.tf", Terraform.REQUIRED + provider);
    return terraform
        .config("data \"redpanda_llm_provider\" \"it\" {\n  name = \"demo\"\n}")
        .run("plan", "-input=false");
  }

  @Test
  void whatIsWrongWithTheProviderBlockIsSaidWithTheWayOut() {
    String id = program.credentials().getString("client_id");
    String secret = program.credentials().getString("client_secret");
    plan("provider \"redpanda\" {}").failsWith("No endpoint", "REDPANDA_ADP_ENDPOINT");
    plan("provider \"redpanda\" {\n endpoint = \"%s\"\n}".formatted(program.portal()))
        .failsWith("No credential", "REDPANDA_CLIENT_ID");
    String block =
        """
        provider "redpanda" {
         endpoint = "%s"
         client_id = "%s"
         client_secret = "%s"
         timeout = "5s"
        }
        """;
    plan(block.formatted(program.portal(), id, "wrong"))
        .failsWith("Wrong client_id or client_secret");
    plan(block.formatted(program.echoUrl(), id, secret)).failsWith("Not a control plane");
    plan(block.formatted("http://127.0.0.1:1", id, secret))
        .failsWith("Cannot reach the control plane", "Is endpoint right?");
    plan("provider \"redpanda\" {\n endpoint = \"%s\"\n access_token = \"expired\"\n}"
            .formatted(program.portal()))
        .failsWith("Not signed in", "has expired");
    plan("provider \"redpanda\" {\n endpoint = \"%s\"\n access_token = \"%s\"\n}"
            .formatted(program.portal(), program.token()))
        .succeeds();
  }

  @Test
  void aMissingPermissionIsNamed() {
    program
        .rest()
        .post(
            "/v1/service-accounts",
            new JsonObject()
                .put("name", "tf-reader")
                .put("display_name", "Reader")
                .put("role", "Reader"));
    JsonObject credential =
        program.rest().post("/v1/service-accounts/tf-reader/credentials", new JsonObject());
    try (var reader = Terraform.reattached(plugin, program)) {
      reader
          .with("TF_VAR_client_id", credential.getString("client_id"))
          .with("TF_VAR_client_secret", credential.getString("client_secret"))
          .config(
              """
              resource "redpanda_secret" "it" {
                name = "TF_X"
                secret_data_wo = "x"
              }
              """)
          .run("apply", "-auto-approve", "-input=false")
          .failsWith(
              "Permission denied", "dataplane_adp_secret_create", "Give the service account");
    }
    program.rest().call("DELETE", "/v1/service-accounts/tf-reader", "");
  }

  /** The provider block depends on something that is not there yet: planning goes on. */
  @Test
  void aProviderThatIsNotKnownYetCanBePlanned() {
    terraform.write(
        "provider.tf",
        Terraform.REQUIRED
            + """
            variable "endpoint" {}
            variable "client_id" {}
            variable "client_secret" {}
            resource "terraform_data" "endpoint" {
              input = var.endpoint
            }
            provider "redpanda" {
              endpoint      = terraform_data.endpoint.output
              client_id     = var.client_id
              client_secret = var.client_secret
            }
            """);
    terraform
        .config(
            """
            resource "redpanda_secret" "it" {
              name = "TF_LATER"
              secret_data_wo = "x"
            }
            """)
        .apply();
    assertThat(program.rest().get("/v1/secrets/TF_LATER").getString("id")).isEqualTo("TF_LATER");
  }

  @Test
  void terraformsOwnTestsRunOnIt() {
    terraform.config(
        """
        resource "redpanda_llm_provider" "it" {
          name         = "tf-tested"
          display_name = "Tested"
          anthropic_config = {
            authorization_passthrough = true
          }
        }
        """);
    terraform.write(
        "life.tftest.hcl",
        """
        run "create" {
          assert {
            condition     = endswith(redpanda_llm_provider.it.url, "/llm/v1/providers/tf-tested")
            error_message = "unexpected URL"
          }
        }
        run "unchanged" {
          command = plan
          assert {
            condition     = redpanda_llm_provider.it.type == "LLM_PROVIDER_TYPE_ANTHROPIC"
            error_message = "unexpected type"
          }
        }
        """);
    assertThat(terraform.run("test").succeeds().text()).contains("2 passed, 0 failed");
  }
}
