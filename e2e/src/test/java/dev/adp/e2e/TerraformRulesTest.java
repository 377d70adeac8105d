package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the API refuses, the real Terraform refuses before anything is done: in the same words, and
 * at the attribute that they are about.
 */
@ExtendWith({World.class, TerraformPlugin.Resolver.class})
class TerraformRulesTest {
  /** Something that has nothing wrong, as the API takes it. */
  enum Kind {
    OPENAI("llm_provider", "'openai_config': {'api_key_ref': 'AIMOCK_API_KEY'}"),
    ANTHROPIC("llm_provider", "'anthropic_config': {'authorization_passthrough': true}"),
    BEDROCK("llm_provider", "'bedrock_config': {'region': 'us-east-1'}"),
    BEDROCK_ROLE(
        "llm_provider",
        "'bedrock_config': {'region': 'us-east-1',"
            + " 'assume_role': {'role_arn': 'arn:aws:iam::123456789012:role/Adp'}}"),
    COMPATIBLE("llm_provider", "'openai_compatible_config': {'base_url': 'http://127.0.0.1:9/v1'}"),
    GUARDRAIL(
        "guardrail",
        "'bedrock_config': {'region': 'us-east-1', 'guardrail_identifier': 'gr4k7l2m9xyz',"
            + " 'guardrail_version': '1'}"),
    SERVICE_ACCOUNT("service_account", "'role': 'Reader'"),
    SECRET("secret", "'id': 'TF_RULES', 'secret_data': 'sk-rules'");

    private final String type;
    private final String fields;

    Kind(String type, String fields) {
      this.type = type;
      this.fields = fields;
    }

    private String collection() {
      return "/v1/" + type.replace('_', '-') + "s";
    }

    private JsonObject whole() {
      String common = this == SECRET ? "" : "'name': 'tf-rules', 'display_name': 'Rules', ";
      return new JsonObject("{%s%s}".formatted(common, fields).replace('\'', '"'));
    }

    private String hcl(JsonObject attributes) {
      return attributes.stream()
          .map(each -> "  %s = %s\n".formatted(each.getKey(), Json.encode(each.getValue())))
          .collect(
              Collectors.joining("", "resource \"redpanda_%s\" \"it\" {\n".formatted(type), "}\n"));
    }
  }

  /**
   * One wrong value.
   *
   * @param field the way to it in the API
   * @param refused the field that the API says is wrong then
   */
  record Row(Kind kind, String field, Object value, String refused) {
    Row(Kind kind, String field, Object value) {
      this(kind, field, value, field);
    }

    private JsonObject whole() {
      JsonObject whole = kind.whole();
      JsonObject inner = whole;
      String rest = field;
      for (int dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.')) {
        String step = rest.substring(0, dot);
        if (!inner.containsKey(step)) {
          inner.put(step, new JsonObject());
        }
        inner = inner.getJsonObject(step);
        rest = rest.substring(dot + 1);
      }
      inner.put(rest, value);
      return whole;
    }

    private JsonObject sent() {
      JsonObject whole = whole();
      if (kind == Kind.SECRET) {
        byte[] data = whole.getString("secret_data").getBytes(StandardCharsets.UTF_8);
        whole.put("secret_data", Base64.getEncoder().encodeToString(data));
      }
      return whole;
    }

    private String hcl() {
      JsonObject whole = whole();
      if (kind == Kind.SECRET) {
        whole.put("name", whole.remove("id"));
        whole.put("secret_data_wo", whole.remove("secret_data"));
      }
      return kind.hcl(whole);
    }

    private String attribute() {
      return kind == Kind.SECRET
          ? refused
              .replaceFirst("^id$", "name")
              .replaceFirst("^secret_data$", "secret_data_wo")
              .replaceFirst("^labels\\.(.*)$", "labels[\"$1\"]")
          : refused;
    }

    @Override
    public String toString() {
      return "%s %s = %.40s".formatted(kind, field, Json.encode(value));
    }
  }

  static Stream<Row> ofEveryResource() {
    return Stream.of(
        new Row(Kind.OPENAI, "name", "Team A"),
        new Row(Kind.OPENAI, "name", "x".repeat(64)),
        new Row(Kind.OPENAI, "display_name", " "),
        new Row(Kind.OPENAI, "display_name", "x".repeat(254)),
        new Row(Kind.OPENAI, "display_name", "two\nlines"),
        new Row(Kind.OPENAI, "description", "x".repeat(4097)),
        new Row(Kind.OPENAI, "description", "\u0001"),
        new Row(Kind.SERVICE_ACCOUNT, "role", "Root"),
        new Row(Kind.SERVICE_ACCOUNT, "role", ""),
        new Row(Kind.GUARDRAIL, "bedrock_config.region", ""),
        new Row(Kind.GUARDRAIL, "bedrock_config.guardrail_identifier", "No!"),
        new Row(
            Kind.GUARDRAIL,
            "bedrock_config.guardrail_identifier",
            "arn:aws:bedrock:eu-west-1:123456789012:guardrail/abc"),
        new Row(
            Kind.GUARDRAIL,
            "bedrock_config.guardrail_identifier",
            "arn:aws:bedrock:eu-west-1:1:guardrail/abc"),
        new Row(Kind.GUARDRAIL, "bedrock_config.guardrail_version", "0"),
        new Row(Kind.SECRET, "id", "lower"),
        new Row(Kind.SECRET, "id", "X".repeat(254)),
        new Row(Kind.SECRET, "secret_data", " "),
        new Row(Kind.SECRET, "secret_data", "x".repeat(65_537)),
        new Row(Kind.SECRET, "labels.team", "x".repeat(254)),
        new Row(Kind.SECRET, "labels.team", "two\nlines"),
        new Row(Kind.SECRET, "labels." + "x".repeat(64), "", "labels"));
  }

  static Stream<Row> ofProviders() {
    return Stream.of(
        new Row(Kind.OPENAI, "openai_config.api_key_ref", "lower"),
        new Row(Kind.OPENAI, "openai_config.api_key_ref", "X".repeat(254)),
        new Row(Kind.OPENAI, "openai_config.api_key_ref", ""),
        new Row(Kind.OPENAI, "openai_config.base_url", "api.example.com"),
        new Row(Kind.OPENAI, "openai_config.base_url", "http://user:pw@api.example.com"),
        new Row(Kind.OPENAI, "openai_config.base_url", "http://api.example.com/?q"),
        new Row(Kind.OPENAI, "openai_config.base_url", "http://api.example.com/#f"),
        new Row(Kind.OPENAI, "openai_config.base_url", "http://api.example.com:65536"),
        new Row(Kind.OPENAI, "openai_config.base_url", "http://my_container:65536"),
        new Row(Kind.OPENAI, "openai_config.base_url", "http://my_container:9999999999"),
        new Row(Kind.OPENAI, "openai_config.base_url", "http://127.1"),
        new Row(Kind.OPENAI, "openai_config.base_url", "http://x/" + "x".repeat(2048)),
        new Row(Kind.OPENAI, "guardrail", "some-guardrail"),
        new Row(Kind.COMPATIBLE, "openai_compatible_config.base_url", "ftp://x"),
        new Row(Kind.COMPATIBLE, "openai_compatible_config.base_url", ""),
        new Row(Kind.ANTHROPIC, "anthropic_config.api_key_ref", World.SECRET),
        new Row(
            Kind.ANTHROPIC,
            "anthropic_config.authorization_passthrough",
            false,
            "anthropic_config.api_key_ref"),
        new Row(Kind.BEDROCK, "bedrock_config.region", "us"),
        new Row(Kind.BEDROCK, "bedrock_config.region", " "),
        new Row(
            Kind.BEDROCK_ROLE,
            "bedrock_config.static_credentials",
            new JsonObject()
                .put("access_key_id_ref", World.SECRET)
                .put("secret_access_key_ref", World.SECRET),
            "bedrock_config.assume_role"),
        new Row(Kind.BEDROCK_ROLE, "bedrock_config.assume_role.role_arn", "Adp"),
        new Row(Kind.BEDROCK_ROLE, "bedrock_config.assume_role.role_arn", ""),
        new Row(Kind.BEDROCK_ROLE, "bedrock_config.assume_role.external_id", "x"),
        new Row(Kind.BEDROCK_ROLE, "bedrock_config.assume_role.session_name", "not a name"));
  }

  private final Program program;
  private final Terraform terraform;

  TerraformRulesTest(Program program, TerraformPlugin plugin) {
    this.program = program;
    terraform = Terraform.reattached(plugin, program);
  }

  @AfterEach
  void close() {
    terraform.close();
  }

  /** What the API says of a field. */
  private String refusal(Kind kind, JsonObject body, String field) {
    HttpResponse<String> answer = program.rest().call("POST", kind.collection(), body.encode());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    List<String> messages =
        new JsonObject(answer.body())
            .getJsonArray("errors").stream()
                .map(JsonObject.class::cast)
                .filter(error -> error.getString("field").equals(field))
                .map(error -> error.getString("message"))
                .toList();
    assertThat(messages).as(answer.body()).hasSize(1);
    return messages.getFirst();
  }

  /** The one thing that Terraform says is wrong. */
  private JsonObject validated(String hcl) {
    Terraform.Run run = terraform.config(hcl).run("validate", "-json");
    JsonArray diagnostics = new JsonObject(run.text()).getJsonArray("diagnostics");
    assertThat(diagnostics).as(run.text()).hasSize(1);
    return diagnostics.getJsonObject(0);
  }

  private JsonObject planned(String hcl) {
    Terraform.Run run = terraform.config(hcl).run("plan", "-json", "-input=false");
    List<JsonObject> diagnostics =
        run.text()
            .lines()
            .filter(line -> line.startsWith("{"))
            .map(JsonObject::new)
            .filter(line -> line.containsKey("diagnostic"))
            .map(line -> line.getJsonObject("diagnostic"))
            .toList();
    assertThat(diagnostics).as(run.text()).hasSize(1);
    return diagnostics.getFirst();
  }

  /** Terraform shows the lines of the outermost attribute; the text names the one inside. */
  private static void assertShown(JsonObject diagnostic, String attribute) {
    assertThat(diagnostic.getString("severity")).isEqualTo("error");
    assertThat(diagnostic.getJsonObject("snippet").getString("code").strip())
        .as(diagnostic.encode())
        .startsWith(attribute.replaceFirst("[.\\[].*", "") + " = ");
  }

  @ParameterizedTest
  @MethodSource({"ofEveryResource", "ofProviders"})
  void whatTheApiRefusesIsRefusedInItsWords(Row row) {
    String message = refusal(row.kind(), row.sent(), row.refused());
    JsonObject diagnostic = validated(row.hcl());
    assertThat(diagnostic.getString("detail"))
        .isIn(
            "%s %s.".formatted(row.attribute(), message),
            "%s: %s.".formatted(row.attribute(), message));
    assertThat(diagnostic.getString("summary")).isEqualTo("Invalid " + row.attribute());
    assertShown(diagnostic, row.attribute());
  }

  /** In dollars here and in microcents there, so that the words differ. */
  @Test
  void aPriceThatIsTooHighIsRefusedAtItsRate() {
    JsonObject model =
        new JsonObject("{\"name\":\"m\",\"custom_pricing\":{\"input_per_million\":1000000000001}}");
    Kind kind = Kind.OPENAI;
    assertThat(
            refusal(
                kind,
                kind.whole().put("provider_models", JsonArray.of(model)),
                "provider_models[0].custom_pricing.input_per_million"))
        .startsWith("must be from 0 to 1000000000000 microcents");
    String models = "{\"m\":{\"custom_pricing\":{\"input_per_million\":10000.00000001}}}";
    JsonObject diagnostic =
        validated(kind.hcl(kind.whole().put("provider_models", new JsonObject(models))));
    assertThat(diagnostic.getString("detail"))
        .startsWith(
            "provider_models[\"m\"].custom_pricing.input_per_million must be from 0 to 10000 USD");
    assertShown(diagnostic, "provider_models");
  }

  private void writeProvider(String attributes) {
    terraform.write(
        "provider.tf", Terraform.REQUIRED + "provider \"redpanda\" {\n" + attributes + "}\n");
  }

  @Test
  void whatIsWrongWithTheProviderBlockIsShownAtItsAttribute() {
    String hcl = Kind.SERVICE_ACCOUNT.hcl(Kind.SERVICE_ACCOUNT.whole());
    writeProvider("timeout = \"5\"\n");
    JsonObject timeout = validated(hcl);
    assertThat(timeout.getString("detail"))
        .isEqualTo("timeout must be a duration, for example 500ms, 30s or 2m.");
    assertShown(timeout, "timeout");

    String block =
        """
        endpoint = "https://localhost:1"
        client_id = "id"
        client_secret = "%s"
        ca_certificate = "%s"
        """;
    writeProvider(block.formatted("secret", "none"));
    JsonObject certificate = planned(hcl);
    assertThat(certificate.getString("detail"))
        .startsWith("ca_certificate must hold certificates in PEM");
    assertShown(certificate, "ca_certificate");

    writeProvider(block.formatted("", "none"));
    JsonObject credential = planned(hcl);
    assertThat(credential.getString("summary")).isEqualTo("No credential");
    assertThat(credential.getString("detail")).contains("set client_id and client_secret");
    assertShown(credential, "client_secret");
  }
}
