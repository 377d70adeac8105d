package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The whole life of each resource, from one directory, with the provider launched by Terraform for
 * every command. Details of each are proven by the other tests, which use one process; so is {@code
 * terraform import}, beside the examples.
 */
@ExtendWith({World.class, TerraformPlugin.Resolver.class})
class TerraformLifeTest {
  private static final String MISSING = "Cannot import non-existent remote object";

  /** A resource, and where the API has it. */
  private record Thing(String type, String collection, String name) {
    String address() {
      return type + ".it";
    }

    String path() {
      return "/v1/" + collection + "/" + name;
    }

    String importBlock() {
      return "import {\n  to = %s\n  id = \"%s\"\n}\n".formatted(address(), name);
    }
  }

  private final Program program;
  private final Terraform terraform;

  TerraformLifeTest(Program program, TerraformPlugin plugin) {
    this.program = program;
    terraform = Terraform.launched(plugin, program);
  }

  @BeforeEach
  @AfterEach
  void nothingIsThere() {
    for (String suffix : List.of("", "-2")) {
      things(suffix).forEach(thing -> program.rest().call("DELETE", thing.path(), ""));
    }
  }

  @AfterEach
  void close() {
    terraform.close();
  }

  private static List<Thing> things(String suffix) {
    return List.of(
        new Thing("redpanda_secret", "secrets", "TF_WHOLE_LIFE" + suffix.replace('-', '_')),
        new Thing("redpanda_guardrail", "guardrails", "tf-whole-life" + suffix),
        new Thing("redpanda_service_account", "service-accounts", "tf-whole-life" + suffix),
        new Thing("redpanda_llm_provider", "llm-providers", "tf-whole-life" + suffix));
  }

  private static String hcl(String suffix, String text) {
    return """
    resource "redpanda_secret" "it" {
      name           = "TF_WHOLE_LIFE%s"
      secret_data_wo = "sk-whole-life"
      labels         = { text = "%s" }
    }
    resource "redpanda_guardrail" "it" {
      name         = "tf-whole-life%s"
      display_name = "%s"
      bedrock_config = {
        region               = "us-east-1"
        guardrail_identifier = "gr4k7l2m9xyz"
        guardrail_version    = "1"
      }
    }
    resource "redpanda_service_account" "it" {
      name         = "tf-whole-life%s"
      display_name = "%s"
      role         = "Reader"
    }
    resource "redpanda_llm_provider" "it" {
      name         = "tf-whole-life%s"
      display_name = "%s"
      anthropic_config = {
        authorization_passthrough = true
      }
    }
    """
        .formatted(suffix.replace('-', '_'), text, suffix, text, suffix, text, suffix, text);
  }

  @Test
  void everyResourceLeadsItsLifeWhenTheProviderIsLaunched() {
    terraform.config(hcl("", "first")).apply();
    assertStored("", "first");

    editElsewhere(); // While the configuration asks for yet another text.
    assertPlanned(hcl("", "second"), "update");
    terraform.applyPlanned();
    assertStored("", "second");

    things("").forEach(thing -> assertThat(status("DELETE", thing)).isEqualTo(204));
    assertPlanned(hcl("", "second"), "create");
    terraform.applyPlanned();

    assertPlanned(hcl("-2", "second"), "delete", "create");
    terraform.applyPlanned();
    assertStored("-2", "second");
    things("").forEach(thing -> assertThat(status("GET", thing)).as(thing.path()).isEqualTo(404));

    importByBlocks();
    terraform.destroy();
    things("-2").forEach(thing -> assertThat(status("GET", thing)).isEqualTo(404));
  }

  private int status(String method, Thing thing) {
    return program.rest().call(method, thing.path(), "").statusCode();
  }

  private void assertPlanned(String config, String... actions) {
    assertThat(terraform.config(config).changes().values())
        .hasSize(4)
        .allSatisfy(change -> assertThat(change.actions()).containsExactly(actions));
  }

  private void assertStored(String suffix, String text) {
    for (Thing thing : things(suffix)) {
      JsonObject stored = program.rest().get(thing.path());
      assertThat(
              thing.collection().equals("secrets")
                  ? stored.getJsonObject("labels").getString("text")
                  : stored.getString("display_name"))
          .as(thing.path())
          .isEqualTo(text);
    }
  }

  /** Everything but the value of a secret, which nobody can see. */
  private void editElsewhere() {
    for (Thing thing : things("")) {
      boolean secret = thing.collection().equals("secrets");
      JsonObject edit =
          secret
              ? new JsonObject().put("labels", new JsonObject().put("text", "elsewhere"))
              : new JsonObject().put("display_name", "elsewhere");
      String _ =
          Rest.ok(program.rest().call(secret ? "PUT" : "PATCH", thing.path(), edit.encode()));
    }
    assertStored("", "elsewhere");
  }

  private void importByBlocks() {
    forget();
    terraform.write("import.tf", blocks("-3"));
    Terraform.Run missing = terraform.run("plan", "-input=false").failsWith(MISSING);
    assertThat(missing.text().split(MISSING, -1)).hasSize(5); // Once for each.
    for (Thing thing : things("-2")) {
      assertThat(missing.flat()).contains("to \"%s\"".formatted(thing.address()));
    }

    terraform.write("import.tf", blocks("-2"));
    assertThat(terraform.run("apply", "-auto-approve", "-input=false").succeeds().flat())
        .contains("4 imported, 0 added, 0 changed, 0 destroyed");
    terraform.delete("import.tf").requireNoChanges();
  }

  private void forget() {
    var arguments = new ArrayList<>(List.of("state", "rm"));
    things("-2").forEach(thing -> arguments.add(thing.address()));
    terraform.run(arguments.toArray(String[]::new)).succeeds();
  }

  private static String blocks(String suffix) {
    return things(suffix).stream().map(Thing::importBlock).collect(Collectors.joining());
  }
}
