package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people are told who are about to go wrong, and that it helps them. */
@ExtendWith({World.class, TerraformPlugin.Resolver.class})
class TerraformWayOutTest {
  private static final String ACCOUNT = "/v1/service-accounts/tf-way-out";
  private static final String CREDENTIAL =
      """
      ephemeral "redpanda_service_account_credential" "it" {
        service_account = "tf-way-out"
      }
      """;

  private final Program program;
  private final Terraform terraform;

  TerraformWayOutTest(Program program, TerraformPlugin plugin) {
    this.program = program;
    terraform = Terraform.reattached(plugin, program);
  }

  @AfterEach
  void close() {
    program.rest().call("DELETE", ACCOUNT, "");
    terraform.close();
  }

  @Test
  void aCredentialOfAnAccountThatIsMissingSaysHowToMakeItFirst() {
    terraform
        .config(CREDENTIAL)
        .run("plan", "-input=false")
        .failsWith(
            "service account \"tf-way-out\" not found",
            "service_account = \"tf-way-out\"",
            "for example with -target");
  }

  @Test
  void anAccountThatHasAllTheCredentialsItMayHaveIsNotSaidToBeInUse() {
    var account =
        new JsonObject()
            .put("name", "tf-way-out")
            .put("display_name", "Full")
            .put("role", "Reader");
    List<String> ids = new ArrayList<>();
    program.rest().post("/v1/service-accounts", account);
    for (int i = 0; i < 10; i++) {
      ids.add(program.rest().post(ACCOUNT + "/credentials", new JsonObject()).getString("id"));
    }
    terraform
        .config(CREDENTIAL)
        .run("plan", "-input=false")
        .failsWith("cannot be changed now", "has 10 credentials already: delete one first");
    program.rest().call("DELETE", ACCOUNT + "/credentials/" + ids.getFirst(), "");
    terraform.run("plan", "-input=false").succeeds();
  }

  /** Without them nothing is asked, so this is the provider block's own error. */
  @Test
  void aProviderBlockWithoutEndpointIsRefusedOnce() {
    assertThat(planTwo("provider \"redpanda\" {}").failsWith("No endpoint").errors()).isOne();
  }

  /** The provider block asks nobody: what is wrong in it meets everything that is read. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://127.0.0.1:1 | client_secret = var.client_secret | Is endpoint right?",
        "'' | client_secret = \"wrong\" | Give the service account a new one.",
        "'' | access_token = \"expired\" | Get a new one, or configure client_id"
      })
  void aWrongEndpointOrCredentialIsSaidOnceForEachThatIsReadWithTheWayOut(
      String endpoint, String credential, String wayOut) {
    String id = credential.startsWith("client_secret") ? "client_id = var.client_id" : "";
    Terraform.Run run =
        planTwo(
                """
                provider "redpanda" {
                  endpoint = "%s"
                  %s
                  %s
                }
                """
                    .formatted(
                        endpoint.isEmpty() ? program.portal().toString() : endpoint,
                        id,
                        credential))
            .failsWith("with data.redpanda_guardrail.one", "with data.redpanda_guardrail.two");
    assertThat(run.errors()).isEqualTo(2);
    assertThat(run.flat().split(Pattern.quote(wayOut), -1)).hasSize(3);
  }

  private Terraform.Run planTwo(String provider) {
    return terraform
        .write(
            "provider.tf",
            Terraform.REQUIRED
                + "variable \"client_id\" {}\nvariable \"client_secret\" {}\n"
                + provider)
        .config(
            """
            data "redpanda_guardrail" "one" {
              name = "tf-one"
            }
            data "redpanda_guardrail" "two" {
              name = "tf-two"
            }
            """)
        .run("plan", "-input=false");
  }

  @Test
  void aRegionThatIsNoneIsSaidBeforeAnythingIsAsked() {
    terraform
        .config(
            """
            data "redpanda_llm_models" "it" {
              provider_type = "LLM_PROVIDER_TYPE_BEDROCK"
              aws_region    = "Frankfurt"
            }
            """)
        .run("validate")
        .failsWith("aws_region must be an AWS region", "aws_region = \"Frankfurt\"");
  }

  @Test
  void whatCannotBeAnIdIsNotLookedFor() {
    terraform
        .config(
            """
            import {
              to = redpanda_secret.it
              id = "my key"
            }
            resource "redpanda_secret" "it" {
              name           = "TF_WAY_OUT"
              secret_data_wo = "x"
            }
            """)
        .run("plan", "-input=false")
        .failsWith("Not an id", "must be UPPER_SNAKE_CASE");
  }
}
