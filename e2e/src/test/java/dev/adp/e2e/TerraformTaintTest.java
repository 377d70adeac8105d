package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Resources whose creation was not finished: they are kept, marked, and made anew. */
@ExtendWith({World.class, TerraformPlugin.Resolver.class})
class TerraformTaintTest {
  private static final String PROVIDER = "redpanda_llm_provider.it";
  private static final List<String> ALL =
      List.of(
          "redpanda_guardrail.it", PROVIDER, "redpanda_secret.it", "redpanda_service_account.it");
  private static final String FAILS = "provisioner \"local-exec\" {\n    command = \"exit 1\"\n  }";

  private final Program program;
  private final Terraform terraform;

  TerraformTaintTest(Program program, TerraformPlugin plugin) {
    this.program = program;
    terraform = Terraform.reattached(plugin, program);
  }

  @AfterEach
  void close() {
    terraform.run("destroy", "-auto-approve", "-input=false");
    terraform.close();
  }

  private static String provider(String more) {
    return """
    resource "redpanda_llm_provider" "it" {
      name         = "tf-taint"
      display_name = "Taint"
      anthropic_config = {
        authorization_passthrough = true
      }
      %s
    }
    """
        .formatted(more);
  }

  private static String all(String more) {
    return provider(more)
        + """
        resource "redpanda_secret" "it" {
          name           = "TF_TAINT"
          secret_data_wo = "sk-taint"
          %s
        }
        resource "redpanda_guardrail" "it" {
          name         = "tf-taint"
          display_name = "Taint"
          bedrock_config = {
            region               = "us-east-1"
            guardrail_identifier = "gr4k7l2m9xyz"
            guardrail_version    = "1"
          }
          %s
        }
        resource "redpanda_service_account" "it" {
          name         = "tf-taint"
          display_name = "Taint"
          role         = "Reader"
          %s
        }
        """
            .formatted(more, more, more);
  }

  private Terraform.Run apply() {
    return terraform.run("apply", "-auto-approve", "-input=false");
  }

  @Test
  void everyTaintedResourceIsMadeAnew() {
    terraform.config(all(FAILS));
    apply().failsWith("local-exec provisioner error");
    assertThat(terraform.tainted()).containsExactlyInAnyOrderElementsOf(ALL);
    String uid = terraform.state(PROVIDER).getString("uid");

    var changes = terraform.config(all("")).changes();
    assertThat(changes.keySet()).containsExactlyInAnyOrderElementsOf(ALL);
    assertThat(changes)
        .allSatisfy(
            (address, change) -> {
              assertThat(change.actions()).as(address).containsExactly("delete", "create");
              assertThat(change.json().getString("action_reason"))
                  .isEqualTo("replace_because_tainted");
            });
    assertThat(changes.get(PROVIDER))
        .satisfies(change -> assertThat(change.unknownNames()).contains("uid", "url"));
    terraform.applyPlanned();
    assertThat(terraform.tainted()).isEmpty();
    assertThat(terraform.state(PROVIDER).getString("uid")).isNotEqualTo(uid);
  }

  /** What is protected cannot be made anew, so there must be another way out. */
  @Test
  void aTaintedProviderThatIsProtectedIsKeptUntilItIsUntainted() {
    String isProtected = "deletion_protection = true\n";
    terraform.config(provider(isProtected + FAILS));
    apply().failsWith("local-exec provisioner error");
    String uid = terraform.state(PROVIDER).getString("uid");
    for (String more : List.of(isProtected, "deletion_protection = false")) {
      terraform.config(provider(more));
      apply().failsWith("is protected", "terraform untaint");
    }
    terraform.run("untaint", PROVIDER).succeeds();
    terraform.config(provider("deletion_protection = false")).apply();
    assertThat(program.rest().get("/v1/llm-providers/tf-taint").getString("uid")).isEqualTo(uid);
    terraform.destroy();
  }
}
