package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The life of {@code redpanda_llm_provider}, as the real Terraform leads it. */
@ExtendWith({World.class, TerraformPlugin.Resolver.class})
class TerraformLlmProviderTest {
  private static final String ADDRESS = "redpanda_llm_provider.it";

  private final Program program;
  private final TerraformPlugin plugin;
  private Terraform terraform;

  TerraformLlmProviderTest(Program program, Aimock aimock, TerraformPlugin plugin) {
    assertThat(aimock).isNotNull(); // Its start is what stores the secret that is referred to.
    this.program = program;
    this.plugin = plugin;
    terraform = Terraform.reattached(plugin, program);
  }

  @BeforeEach
  void isGone() {
    program.rest().call("DELETE", "/v1/llm-providers/tf-life", "");
  }

  @AfterEach
  void close() {
    terraform.run("destroy", "-auto-approve", "-input=false");
    terraform.close();
  }

  /** An OpenAI provider with more attributes than it needs. */
  private static String hcl(String more) {
    return """
    resource "redpanda_llm_provider" "it" {
      name         = "tf-life"
      display_name = "Life"
      openai_config = {
        api_key_ref = "%s"
      }
      %s
    }
    """
        .formatted(World.SECRET, more);
  }

  private Terraform with(String more) {
    return terraform.config(hcl(more));
  }

  @Test
  void creationSaysWhatItWillBeAndWhatIsNotKnownYet() {
    Terraform.Change change = with("").plan(ADDRESS);
    assertThat(change.actions()).containsExactly("create");
    assertThat(change.after().getMap())
        .containsEntry("id", "tf-life")
        .containsEntry("type", "LLM_PROVIDER_TYPE_OPENAI")
        .containsEntry("enabled", true)
        .containsEntry("description", "")
        .containsEntry("deletion_protection", false);
    assertThat(change.unknown().fieldNames())
        .contains("uid", "url", "discovery_url", "created_at", "updated_at")
        .doesNotContain("id", "type", "enabled");
    terraform.apply();
    assertThat(terraform.state(ADDRESS).getString("url"))
        .isEqualTo(program.gateway() + "/llm/v1/providers/tf-life");
  }

  @Test
  void attributesAreUpdatedInPlaceAndIdentityStays() {
    with("").apply();
    String uid = terraform.state(ADDRESS).getString("uid");
    Terraform.Change change =
        with("""
        description = "New"
        enabled     = false
        models      = ["gpt-5.4"]
        transcripts = { record_output_messages = true }
        """)
            .plan(ADDRESS);
    assertThat(change.actions()).containsExactly("update");
    assertThat(change.unknown().fieldNames()).contains("updated_at").doesNotContain("uid", "url");
    terraform.apply();
    JsonObject stored = program.rest().get("/v1/llm-providers/tf-life");
    assertThat(stored.getString("description")).isEqualTo("New");
    assertThat(stored.getBoolean("enabled")).isFalse();
    assertThat(stored.getJsonObject("transcripts").getBoolean("record_output_messages")).isTrue();
    assertThat(terraform.state(ADDRESS).getString("uid")).isEqualTo(uid);
    with("").apply();
    assertThat(program.rest().get("/v1/llm-providers/tf-life").getJsonArray("models")).isEmpty();
  }

  @Test
  void anotherNameOrTypeReplaces() {
    with("").apply();
    terraform.config(hcl("").replace("tf-life", "tf-life-2"));
    Terraform.Change renamed = terraform.plan(ADDRESS);
    assertThat(renamed.actions()).containsExactly("delete", "create");
    assertThat(renamed.replacePaths()).isEqualTo(new JsonArray("[[\"name\"]]"));
    terraform.config(hcl("").replace("openai_config", "google_config"));
    Terraform.Change retyped = terraform.plan(ADDRESS);
    assertThat(retyped.actions()).containsExactly("delete", "create");
    assertThat(retyped.replacePaths()).isEqualTo(new JsonArray("[[\"type\"]]"));
    terraform.apply();
    assertThat(program.rest().get("/v1/llm-providers/tf-life").getString("type"))
        .isEqualTo("LLM_PROVIDER_TYPE_GOOGLE");
  }

  @Test
  void whatIsDeletedElsewhereIsCreatedAnew() {
    with("").apply();
    program.rest().call("DELETE", "/v1/llm-providers/tf-life", "");
    assertThat(terraform.plan(ADDRESS).actions()).containsExactly("create");
    terraform.apply();
  }

  @Test
  void orderOfModelsAndSpellingOfUrlsAreNoDifference() {
    terraform
        .config(
            hcl("models = [\"b\", \"a\", \"c\"]")
                .replace(
                    "openai_config = {",
                    "openai_config = {\n    base_url = \"https://api.openai.com/v1/\""))
        .apply();
    assertThat(terraform.state(ADDRESS).getJsonObject("openai_config").getString("base_url"))
        .isEqualTo("https://api.openai.com/v1/");
    terraform
        .config(
            hcl("models = [\"c\", \"b\", \"a\"]")
                .replace(
                    "openai_config = {",
                    "openai_config = {\n    base_url = \"https://api.openai.com/v1\""))
        .requireNoChanges();
  }

  @Test
  void nullAndEmptyModelsAreTheSameAndBothStay() {
    with("models = []").apply();
    assertThat(terraform.state(ADDRESS).getJsonArray("models")).isEmpty();
    with("models = null").apply();
    with("provider_models = {}").apply();
  }

  @Test
  void pricesAreExactAndOnesSetElsewhereShowAsDrift() {
    String priced =
        """
        provider_models = {
          "gpt-5.4" = {
            custom_pricing = {
              input_per_million             = 1.10
              output_per_million            = 9999.99999999
              cached_input_per_million      = 0.15 * 1.2
              cache_creation_5m_per_million = 0
            }
          }
        }
        """;
    with(priced).apply();
    JsonObject pricing =
        program
            .rest()
            .get("/v1/llm-providers/tf-life")
            .getJsonArray("provider_models")
            .getJsonObject(0)
            .getJsonObject("custom_pricing");
    assertThat(pricing.getMap())
        .containsEntry("input_per_million", "110000000")
        .containsEntry("output_per_million", "999999999999")
        .containsEntry("cache_creation_5m_per_million", "0")
        .containsEntry("cached_input_per_million", "18000000")
        .doesNotContainKey("cache_creation_1h_per_million");
    with("models = [\"gpt-5.4\"]").apply(); // The price goes with the attribute that said it.
    program
        .rest()
        .patch(
            "/v1/llm-providers/tf-life",
            new JsonObject()
                .put(
                    "provider_models",
                    new JsonArray()
                        .add(
                            new JsonObject()
                                .put("name", "gpt-5.4")
                                .put(
                                    "custom_pricing",
                                    new JsonObject().put("input_per_million", "7")))));
    assertThat(terraform.plan(ADDRESS).actions()).containsExactly("update");
    terraform.apply();
  }

  @Test
  void importByCommandAndByBlockLeaveNothingToDo() {
    program.rest().createOpenAi("tf-life", "https://api.openai.com/v1", World.SECRET, "gpt-5.4");
    terraform.config(
        hcl("models = [\"gpt-5.4\"]")
                .replace("display_name = \"Life\"", "display_name = \"tf-life\"")
            + "import {\n  to = redpanda_llm_provider.it\n  id = \"tf-life\"\n}\n");
    terraform.apply();
    terraform.run("state", "rm", ADDRESS).succeeds();
    terraform.config(
        hcl("models = [\"gpt-5.4\"]")
            .replace("display_name = \"Life\"", "display_name = \"tf-life\""));
    terraform.run("import", ADDRESS, "tf-life").succeeds();
    terraform.requireNoChanges();
    terraform.run("state", "rm", ADDRESS).succeeds();
    terraform
        .run("import", ADDRESS, "tf-missing")
        .failsWith("Cannot import non-existent remote object");
  }

  @Test
  void protectionHoldsAgainstDeletionAndReplacement() {
    with("deletion_protection = true").apply();
    terraform
        .run("destroy", "-auto-approve", "-input=false")
        .failsWith("is protected", "Apply deletion_protection = false first");
    terraform.config(hcl("deletion_protection = true").replace("tf-life", "tf-life-2"));
    terraform.run("plan", "-input=false").failsWith("is protected");
    with("deletion_protection = false").apply();
    terraform.destroy();
  }

  @Test
  void aChangeThatTerraformHasNotSeenIsNotOverwritten() {
    with("").apply();
    with("description = \"Mine\"").plan(ADDRESS);
    program
        .rest()
        .patch("/v1/llm-providers/tf-life", new JsonObject().put("description", "Theirs"));
    terraform
        .run("apply", "-input=false", "plan.bin")
        .failsWith("was changed by someone else", "Plan again");
    assertThat(program.rest().get("/v1/llm-providers/tf-life").getString("description"))
        .isEqualTo("Theirs");
    terraform.apply();
  }

  @Test
  void whatExistsAlreadyIsNotTakenOver() {
    program.rest().createOpenAi("tf-life", "https://api.openai.com/v1", World.SECRET);
    with("")
        .run("apply", "-auto-approve", "-input=false")
        .failsWith("LLM provider \"tf-life\" already exists", "terraform import");
    assertThat(terraform.run("state", "list").text()).doesNotContain(ADDRESS);
    program.rest().call("DELETE", "/v1/llm-providers/tf-life", "");
  }

  @Test
  void aSecretThatIsMissingIsSaidOnTheAttributeThatNamesIt() {
    terraform
        .config(hcl("").replace(World.SECRET, "TF_NO_SUCH_SECRET"))
        .run("apply", "-auto-approve", "-input=false")
        .failsWith(
            "secret \"TF_NO_SUCH_SECRET\" not found",
            "in resource \"redpanda_llm_provider\" \"it\"",
            "openai_config = {");
  }

  /** Launched, as people run it: the calls of ten at once go through one connection with TLS. */
  @Test
  void twoHundredAtOnce() {
    terraform.close();
    terraform = Terraform.launched(plugin, program);
    for (String command : List.of("plan", "apply", "destroy")) {
      terraform.with("TF_CLI_ARGS_" + command, "-parallelism=10");
    }
    terraform
        .config(
            """
            resource "redpanda_llm_provider" "many" {
              count        = 200
              name         = "tf-many-${count.index}"
              display_name = "Many ${count.index}"
              openai_config = {
                api_key_ref = "%s"
              }
            }
            """
                .formatted(World.SECRET))
        .apply();
    assertThat(
            program
                .rest()
                .get("/v1/llm-providers?name_contains=tf-many-&page_size=1000")
                .getJsonArray("llm_providers"))
        .hasSize(200);
    terraform.destroy();
    assertThat(
            program
                .rest()
                .get("/v1/llm-providers?name_contains=tf-many-")
                .getJsonArray("llm_providers"))
        .isEmpty();
  }

  @Test
  void everyRuleIsCheckedBeforeAnythingIsDone() {
    record Wrong(String hcl, String message) {}
    List<Wrong> all =
        List.of(
            new Wrong(hcl("").replace("\"tf-life\"", "\"Team A\""), "must match ^[a-z][a-z0-9-]*$"),
            new Wrong(hcl("").replace("\"Life\"", "\" \""), "must not be empty"),
            new Wrong(hcl("").replace(World.SECRET, "lower"), "must be UPPER_SNAKE_CASE"),
            new Wrong(hcl("models = [\" a\"]"), "must not begin or end with a space"),
            new Wrong(hcl("models = [\"a\"]\n provider_models = { b = {} }"), "excludes models"),
            new Wrong(
                hcl(
                    "provider_models = { a = { custom_pricing = { input_per_million = 10000.1 } }"
                        + " }"),
                "must be from 0 to 10000 USD per million tokens"),
            new Wrong(
                hcl(
                    "provider_models = { a = { custom_pricing = { input_per_million = 0.000000001 }"
                        + " } }"),
                "in whole microcents"),
            new Wrong(hcl("guardrail = \"g\""), "only AWS Bedrock providers can have a guardrail"),
            new Wrong(hcl("google_config = { api_key_ref = \"K\" }"), "exactly one of"),
            new Wrong(hcl("").replaceAll("(?s)openai_config = \\{.*?\\}", ""), "exactly one of"),
            new Wrong(
                hcl("").replaceAll("(?s)openai_config = \\{.*?\\}", "anthropic_config = {}"),
                "is required unless authorization_passthrough is on"),
            new Wrong(
                hcl("")
                    .replaceAll(
                        "(?s)openai_config = \\{.*?\\}",
                        "openai_compatible_config = { base_url = \"ftp://x\" }"),
                "must be an absolute http or https URL"),
            new Wrong(
                hcl("")
                    .replaceAll(
                        "(?s)openai_config = \\{.*?\\}",
                        "bedrock_config = { region = \"us\", assume_role = { role_arn = \"x\" } }"),
                "must be an AWS region"));
    for (Wrong wrong : all) {
      terraform.config(wrong.hcl()).run("validate").failsWith(wrong.message());
    }
  }
}
