package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Secrets, guardrails and service accounts, as the real Terraform leads their lives. */
@ExtendWith({World.class, TerraformPlugin.Resolver.class})
class TerraformOtherResourcesTest {
  private final Program program;
  private final Terraform terraform;

  TerraformOtherResourcesTest(Program program, TerraformPlugin plugin) {
    this.program = program;
    terraform = Terraform.reattached(plugin, program);
  }

  @AfterEach
  void close() {
    terraform.run("destroy", "-auto-approve", "-input=false");
    terraform.close();
  }

  private static String secret(String value, String more) {
    return """
    resource "redpanda_secret" "it" {
      name           = "TF_SECRET"
      secret_data_wo = "%s"
      %s
    }
    """
        .formatted(value, more);
  }

  @Test
  void aSecretIsWrittenAnewOnlyWithAnotherVersion() {
    terraform.config(secret("one", "secret_data_wo_version = 1"));
    assertThat(terraform.plan("redpanda_secret.it").sensitiveNames())
        .containsExactly("secret_data_wo");
    terraform.apply();
    JsonObject state = terraform.state("redpanda_secret.it");
    assertThat(state.getValue("secret_data_wo")).isNull();
    String written = program.rest().get("/v1/secrets/TF_SECRET").getString("updated_at");
    terraform.config(secret("two", "secret_data_wo_version = 1")).requireNoChanges();
    Terraform.Change change =
        terraform
            .config(secret("two", "secret_data_wo_version = 2\nlabels = { team = \"a\" }"))
            .plan("redpanda_secret.it");
    assertThat(change.actions()).containsExactly("update");
    terraform.apply();
    JsonObject stored = program.rest().get("/v1/secrets/TF_SECRET");
    assertThat(stored.getString("updated_at")).isNotEqualTo(written);
    assertThat(stored.getJsonObject("labels").getString("team")).isEqualTo("a");
    terraform.config(secret("two", "secret_data_wo_version = 2\nlabels = {}")).apply();
    terraform.config(secret("two", "secret_data_wo_version = 2")).apply();
  }

  @Test
  void labelsThatSomebodyElseHasSetAreShownAndPutBack() {
    terraform.config(secret("one", "labels = { team = \"ours\" }")).apply();
    label("theirs");
    Terraform.Change change = terraform.plan("redpanda_secret.it");
    assertThat(change.actions()).containsExactly("update");
    assertThat(change.before().getJsonObject("labels").getString("team")).isEqualTo("theirs");
    assertThat(change.after().getJsonObject("labels").getString("team")).isEqualTo("ours");
    terraform.applyPlanned();
    assertThat(labelled()).isEqualTo("ours");
  }

  /** Sets the label of the secret by the API, and nothing else. */
  private void label(String team) {
    var labels = new JsonObject().put("labels", new JsonObject().put("team", team));
    String _ = Rest.ok(program.rest().call("PUT", "/v1/secrets/TF_SECRET", labels.encode()));
  }

  private String labelled() {
    return program.rest().get("/v1/secrets/TF_SECRET").getJsonObject("labels").getString("team");
  }

  @Test
  void aSecretIsReplacedImportedAndFoundGone() {
    terraform.config(secret("one", "")).apply();
    terraform.config(secret("one", "").replace("TF_SECRET", "TF_SECRET_2"));
    assertThat(terraform.plan("redpanda_secret.it").actions()).containsExactly("delete", "create");
    terraform.config(secret("one", ""));
    terraform.run("state", "rm", "redpanda_secret.it").succeeds();
    terraform.run("import", "redpanda_secret.it", "TF_SECRET").succeeds();
    terraform.requireNoChanges();
    program.rest().call("DELETE", "/v1/secrets/TF_SECRET", "");
    assertThat(terraform.plan("redpanda_secret.it").actions()).containsExactly("create");
    terraform.config(secret("", "")).run("validate").failsWith("must not be empty");
    terraform
        .config(secret("x", "").replace("TF_SECRET", "tf"))
        .run("validate")
        .failsWith("must be UPPER_SNAKE_CASE");
  }

  @Test
  void aSecretInUseIsNotDeletedAndTheUserIsNamed() {
    terraform.config(secret("one", "")).apply();
    program.rest().createOpenAi("tf-uses-secret", "https://api.openai.com/v1", "TF_SECRET");
    terraform
        .run("destroy", "-auto-approve", "-input=false")
        .failsWith("secret \"TF_SECRET\" is in use", "tf-uses-secret");
    program.rest().call("DELETE", "/v1/llm-providers/tf-uses-secret", "");
    terraform.destroy();
  }

  private static String guardrail(String more) {
    return """
    resource "redpanda_guardrail" "it" {
      name         = "tf-guard"
      display_name = "Guard"
      bedrock_config = {
        region               = "us-east-1"
        guardrail_identifier = "gr4k7l2m9xyz"
        guardrail_version    = "1"
      }
      %s
    }
    """
        .formatted(more);
  }

  @Test
  void aGuardrailIsChangedReplacedImportedAndFoundGone() {
    terraform.config(guardrail("")).apply();
    String address = "redpanda_guardrail.it";
    assertThat(terraform.state(address).getString("state")).isEqualTo("ACTIVE");
    terraform.config(
        guardrail("enabled = false\ndescription = \"D\"").replace("\"1\"", "\"DRAFT\""));
    assertThat(terraform.plan(address).actions()).containsExactly("update");
    terraform.apply();
    assertThat(
            program
                .rest()
                .get("/v1/guardrails/tf-guard")
                .getJsonObject("bedrock_config")
                .getString("guardrail_version"))
        .isEqualTo("DRAFT");
    program.rest().patch("/v1/guardrails/tf-guard", new JsonObject().put("enabled", true));
    assertThat(terraform.plan(address).actions()).containsExactly("update");
    terraform.apply();
    terraform.run("state", "rm", address).succeeds();
    terraform.run("import", address, "tf-guard").succeeds();
    terraform.requireNoChanges();
    terraform.config(guardrail("").replace("tf-guard", "tf-guard-2"));
    assertThat(terraform.plan(address).actions()).containsExactly("delete", "create");
    terraform.config(guardrail(""));
    program.rest().call("DELETE", "/v1/guardrails/tf-guard", "");
    assertThat(terraform.plan(address).actions()).containsExactly("create");
    terraform
        .config(
            guardrail("")
                .replace("gr4k7l2m9xyz", "arn:aws:bedrock:eu-west-1:123456789012:guardrail/abc"))
        .run("validate")
        .failsWith("must be an ARN in region us-east-1");
  }

  @Test
  void aGuardrailInUseIsNotDeletedAndTheUserIsNamed() {
    terraform.config(guardrail("")).apply();
    var user =
        new JsonObject()
            .put("name", "tf-uses-guard")
            .put("display_name", "User")
            .put("guardrail", "tf-guard")
            .put("bedrock_config", new JsonObject().put("region", "us-east-1"));
    assertThat(program.rest().post("/v1/llm-providers", user).getString("guardrail"))
        .isEqualTo("tf-guard");
    terraform
        .run("destroy", "-auto-approve", "-input=false")
        .failsWith("guardrail \"tf-guard\" is in use", "tf-uses-guard", "detach it first");
    assertThat(terraform.run("state", "list").text()).contains("redpanda_guardrail.it");
    program.rest().call("DELETE", "/v1/llm-providers/tf-uses-guard", "");
    terraform.destroy();
  }

  @Test
  void aChangeThatTerraformHasNotSeenIsNeitherOverwrittenNorDeleted() {
    terraform.config(all("Before")).apply();
    assertThat(terraform.config(all("Mine")).changes().values())
        .hasSize(3)
        .allSatisfy(change -> assertThat(change.actions()).containsExactly("update"));
    assertStaysAs("Theirs");
    terraform.apply();
    assertThat(labelled()).isEqualTo("Mine");
    assertThat(terraform.changes("-destroy").values())
        .hasSize(3)
        .allSatisfy(change -> assertThat(change.actions()).containsExactly("delete"));
    assertStaysAs("Theirs");
    terraform.destroy();
  }

  private static String all(String text) {
    return secret("one", "labels = { team = \"%s\" }".formatted(text))
        + guardrail("").replace("\"Guard\"", '"' + text + '"')
        + account("").replace("\"Account\"", '"' + text + '"');
  }

  /** Edits everything between the plan and its being applied. */
  private void assertStaysAs(String text) {
    var edit = new JsonObject().put("display_name", text);
    label(text);
    program.rest().patch("/v1/guardrails/tf-guard", edit);
    program.rest().patch("/v1/service-accounts/tf-account", edit);
    terraform
        .run("apply", "-input=false", "plan.bin")
        .failsWith(
            "secret \"TF_SECRET\" was changed by someone else",
            "guardrail \"tf-guard\" was changed by someone else",
            "service account \"tf-account\" was changed by someone else",
            "Plan again");
    assertThat(labelled()).isEqualTo(text);
    for (String path : List.of("/v1/guardrails/tf-guard", "/v1/service-accounts/tf-account")) {
      assertThat(program.rest().get(path).getString("display_name")).as(path).isEqualTo(text);
    }
  }

  @Test
  void whatExistsAlreadyIsNotTakenOver() {
    World.putSecret(program.rest(), "TF_SECRET", "sk-of-somebody-else");
    var named = new JsonObject().put("display_name", "Theirs");
    var account = named.copy().put("name", "tf-account").put("role", "Reader");
    var guardrail =
        named
            .copy()
            .put("name", "tf-guard")
            .put(
                "bedrock_config",
                new JsonObject()
                    .put("region", "us-east-1")
                    .put("guardrail_identifier", "gr4k7l2m9xyz")
                    .put("guardrail_version", "1"));
    assertThat(program.rest().post("/v1/service-accounts", account).fieldNames()).isNotEmpty();
    assertThat(program.rest().post("/v1/guardrails", guardrail).fieldNames()).isNotEmpty();
    terraform
        .config(secret("one", "") + guardrail("") + account(""))
        .run("apply", "-auto-approve", "-input=false")
        .failsWith(
            "secret \"TF_SECRET\" already exists",
            "guardrail \"tf-guard\" already exists",
            "terraform import redpanda_guardrail.NAME tf-guard",
            "service account \"tf-account\" already exists",
            "terraform import redpanda_service_account.NAME tf-account");
    assertThat(terraform.run("state", "list").text()).doesNotContain("redpanda_");
    assertThat(program.rest().get("/v1/guardrails/tf-guard").getString("display_name"))
        .isEqualTo("Theirs");
    program.rest().call("DELETE", "/v1/secrets/TF_SECRET", "");
    program.rest().call("DELETE", "/v1/guardrails/tf-guard", "");
    program.rest().call("DELETE", "/v1/service-accounts/tf-account", "");
  }

  private static String account(String more) {
    return """
    resource "redpanda_service_account" "it" {
      name         = "tf-account"
      display_name = "Account"
      role         = "LLMProviderInvoker"
      %s
    }
    """
        .formatted(more);
  }

  @Test
  void aServiceAccountIsChangedReplacedImportedAndFoundGone() {
    String address = "redpanda_service_account.it";
    terraform.config(account("")).apply();
    terraform.config(account("agent = true").replace("LLMProviderInvoker", "Reader"));
    assertThat(terraform.plan(address).actions()).containsExactly("update");
    terraform.apply();
    assertThat(program.rest().get("/v1/service-accounts/tf-account").getString("role"))
        .isEqualTo("Reader");
    program.rest().patch("/v1/service-accounts/tf-account", new JsonObject().put("agent", false));
    assertThat(terraform.plan(address).actions()).containsExactly("update");
    terraform.apply();
    terraform.run("state", "rm", address).succeeds();
    terraform.run("import", address, "tf-account").succeeds();
    terraform.requireNoChanges();
    terraform.config(account("").replace("tf-account", "tf-account-2"));
    assertThat(terraform.plan(address).actions()).containsExactly("delete", "create");
    terraform.config(account("agent = true").replace("LLMProviderInvoker", "Reader"));
    program.rest().call("DELETE", "/v1/service-accounts/tf-account", "");
    assertThat(terraform.plan(address).actions()).containsExactly("create");
    terraform
        .config(account("").replace("LLMProviderInvoker", "Root"))
        .run("validate")
        .failsWith("must be one of Reader, Writer, LLMProviderInvoker");
  }
}
