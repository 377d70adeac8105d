package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Attribute by attribute: what is known when it is planned, and that a change of one is an update
 * in place of just that one. All in one directory, each attribute with a resource of its own.
 */
@ExtendWith({World.class, TerraformPlugin.Resolver.class})
class TerraformAttributesTest {
  private static final String PROVIDER = "redpanda_llm_provider";
  private static final String GUARDRAIL = "redpanda_guardrail";
  private static final String ACCOUNT = "redpanda_service_account";

  /** What the API shows of an attribute that it does not show. */
  private static final String ABSENT = "absent";

  private static final String URL = "http://127.0.0.1:9/v2";

  /**
   * One attribute.
   *
   * @param attribute the way to it, in Terraform and in the API alike
   * @param before what the resource says beside its name at first
   * @param after what it says then
   * @param stored what the API shows then; {@code absent} when it does not show it
   */
  private record Row(String type, String attribute, String before, String after, Object stored) {
    String label() {
      return attribute.replace('.', '_') + (stored.equals(ABSENT) ? "_gone" : "");
    }

    /** The other way round, for an attribute that was not there at first. */
    Row gone() {
      return new Row(type, attribute, /* before= */ after, /* after= */ before, ABSENT);
    }

    /** The attribute of the resource itself that it is part of. */
    String topAttribute() {
      return attribute.replaceAll("\\..*", "");
    }

    String address() {
      return type + "." + label();
    }

    String name() {
      return "tf-" + label().replace('_', '-');
    }

    String path() {
      String collection =
          switch (type) {
            case PROVIDER -> "llm-providers";
            case GUARDRAIL -> "guardrails";
            default -> "service-accounts";
          };
      return "/v1/" + collection + "/" + name();
    }

    String hcl(String body) {
      return "resource \"%s\" \"%s\" {\n  name = \"%s\"\n%s}\n"
          .formatted(type, label(), name(), body);
    }
  }

  private static final String OTHERS =
      """
      resource "redpanda_secret" "attribute" {
        name           = "TF_ATTRIBUTE"
        secret_data_wo = "sk-attribute"
      }
      resource "redpanda_secret" "other" {
        name           = "TF_OTHER_ATTRIBUTE"
        secret_data_wo = "sk-other"
      }
      resource "redpanda_guardrail" "attached" {
        name         = "tf-attached"
        display_name = "Attached"
        bedrock_config = {
          region               = "us-east-1"
          guardrail_identifier = "gr4k7l2m9xyz"
          guardrail_version    = "1"
        }
      }
      """;

  private static final String REGION =
      "display_name = \"A\"\nbedrock_config = { region = \"%s\" }\n";
  private static final String BEDROCK =
      "display_name = \"A\"\nbedrock_config = {\n  region = \"us-east-1\"\n%s\n}\n";
  private static final String KEY =
      "display_name = \"A\"\n%s = {\n  api_key_ref = redpanda_secret.%s.id\n%s\n}\n";
  private static final String ANTHROPIC = "display_name = \"A\"\nanthropic_config = { %s }\n";
  private static final String PASSTHROUGH = "authorization_passthrough = true";
  private static final String COMPATIBLE =
      "display_name = \"A\"\nopenai_compatible_config = {\n  base_url = \"%s\"\n%s\n}\n";
  private static final String STATIC =
      """
      static_credentials = {
        access_key_id_ref     = redpanda_secret.%s.id
        secret_access_key_ref = redpanda_secret.%s.id
      }
      """;
  private static final String ROLE =
      """
      assume_role = {
        role_arn = "arn:aws:iam::123456789012:role/Adp"
        %s
      }
      """;
  private static final String GUARDED =
      """
      display_name = "%s"
      bedrock_config = {
        region               = "%s"
        guardrail_identifier = "%s"
        guardrail_version    = "1"
      }
      """;
  private static final String PRICED =
      """
      display_name    = "A"
      anthropic_config = { authorization_passthrough = true }
      provider_models = {
        m = { custom_pricing = { input_per_million = 1, cache_creation_1h_per_million = %s } }
      }
      """;
  private static final String NAMED = "display_name = \"%s\"\nrole = \"Reader\"\n";

  /** Of attributes that have other values then. */
  private static final List<Row> CHANGED =
      List.of(
          new Row(
              PROVIDER,
              "display_name",
              ANTHROPIC.formatted(PASSTHROUGH),
              ANTHROPIC.formatted(PASSTHROUGH).replace("\"A\"", "\"B\""),
              "B"),
          key("openai_config"),
          key("google_config"),
          new Row(
              PROVIDER,
              "bedrock_config.region",
              REGION.formatted("us-east-1"),
              REGION.formatted("eu-west-1"),
              "eu-west-1"),
          new Row(
              PROVIDER,
              "bedrock_config.static_credentials.access_key_id_ref",
              BEDROCK.formatted(STATIC.formatted("attribute", "attribute")),
              BEDROCK.formatted(STATIC.formatted("other", "attribute")),
              "TF_OTHER_ATTRIBUTE"),
          new Row(
              PROVIDER,
              "bedrock_config.static_credentials.secret_access_key_ref",
              BEDROCK.formatted(STATIC.formatted("attribute", "attribute")),
              BEDROCK.formatted(STATIC.formatted("attribute", "other")),
              "TF_OTHER_ATTRIBUTE"),
          new Row(
              PROVIDER,
              "bedrock_config.assume_role.role_arn",
              BEDROCK.formatted(STATIC.formatted("attribute", "attribute")),
              BEDROCK.formatted(ROLE.formatted("")),
              "arn:aws:iam::123456789012:role/Adp"),
          new Row(
              PROVIDER,
              "anthropic_config.authorization_passthrough",
              ANTHROPIC.formatted("api_key_ref = redpanda_secret.attribute.id"),
              ANTHROPIC.formatted(PASSTHROUGH),
              true),
          new Row(
              PROVIDER,
              "openai_compatible_config.stream_usage",
              COMPATIBLE.formatted("http://127.0.0.1:9/v1", ""),
              COMPATIBLE.formatted("http://127.0.0.1:9/v1", "stream_usage = false"),
              false),
          new Row(
              PROVIDER,
              "openai_compatible_config.base_url",
              COMPATIBLE.formatted("http://127.0.0.1:9/v1", ""),
              COMPATIBLE.formatted(URL, ""),
              URL),
          new Row(
              PROVIDER,
              "transcripts.record_input_messages",
              ANTHROPIC.formatted(PASSTHROUGH),
              ANTHROPIC.formatted(PASSTHROUGH) + "transcripts = { record_input_messages = true }\n",
              true),
          new Row(
              PROVIDER,
              "provider_models.custom_pricing.cache_creation_1h_per_million",
              PRICED.formatted("2"),
              PRICED.formatted("2.5"),
              "250000000"),
          guarded("display_name", "B", "us-east-1", "gr4k7l2m9xyz", "B"),
          guarded("bedrock_config.region", "A", "eu-west-1", "gr4k7l2m9xyz", "eu-west-1"),
          guarded(
              "bedrock_config.guardrail_identifier",
              "A",
              "us-east-1",
              "gr0000000xyz",
              "gr0000000xyz"),
          new Row(ACCOUNT, "display_name", NAMED.formatted("A"), NAMED.formatted("B"), "B"));

  /** Of attributes that are not there at first. */
  private static final List<Row> ADDED =
      List.of(
          new Row(
              PROVIDER,
              "guardrail",
              REGION.formatted("us-east-1"),
              REGION.formatted("us-east-1") + "guardrail = redpanda_guardrail.attached.name\n",
              "tf-attached"),
          added("openai_config.base_url", KEY.formatted("openai_config", "attribute", "%s"), URL),
          added("google_config.base_url", KEY.formatted("google_config", "attribute", "%s"), URL),
          added("anthropic_config.base_url", ANTHROPIC.formatted(PASSTHROUGH + "\n%s\n"), URL),
          added("bedrock_config.base_url", BEDROCK, URL),
          added("bedrock_config.assume_role.external_id", BEDROCK.formatted(ROLE), "adp-7"),
          added("bedrock_config.assume_role.session_name", BEDROCK.formatted(ROLE), "adp"),
          new Row(
              PROVIDER,
              "openai_compatible_config.api_key_ref",
              COMPATIBLE.formatted(URL, ""),
              COMPATIBLE.formatted(URL, "api_key_ref = redpanda_secret.attribute.id"),
              "TF_ATTRIBUTE"));

  private static final List<Row> ROWS =
      Stream.of(CHANGED.stream(), ADDED.stream(), ADDED.stream().map(Row::gone))
          .flatMap(rows -> rows)
          .toList();

  /** One that stands in the place of a {@code %s}. */
  private static Row added(String attribute, String hcl, String value) {
    String name = attribute.substring(attribute.lastIndexOf('.') + 1);
    String assignment = "%s = \"%s\"".formatted(name, value);
    return new Row(PROVIDER, attribute, hcl.formatted(""), hcl.formatted(assignment), value);
  }

  private static Row key(String config) {
    return new Row(
        PROVIDER,
        config + ".api_key_ref",
        KEY.formatted(config, "attribute", ""),
        KEY.formatted(config, "other", ""),
        "TF_OTHER_ATTRIBUTE");
  }

  private static Row guarded(
      String attribute, String displayName, String region, String identifier, String stored) {
    return new Row(
        GUARDRAIL,
        attribute,
        GUARDED.formatted("A", "us-east-1", "gr4k7l2m9xyz"),
        GUARDED.formatted(displayName, region, identifier),
        stored);
  }

  private final Program program;
  private final Terraform terraform;

  TerraformAttributesTest(Program program, TerraformPlugin plugin) {
    this.program = program;
    terraform = Terraform.reattached(plugin, program);
  }

  @AfterEach
  void close() {
    terraform.run("destroy", "-auto-approve", "-input=false");
    terraform.close();
  }

  private void write(boolean changed) {
    terraform.config(
        OTHERS
            + ROWS.stream()
                .map(row -> row.hcl(changed ? row.after() : row.before()))
                .collect(Collectors.joining()));
  }

  @Test
  void aChangeOfOneAttributeIsAnUpdateInPlaceOfJustThatOne() {
    write(false);
    assertThat(terraform.changes().values()).allSatisfy(this::assertCreation);
    terraform.applyPlanned();
    write(true);
    Map<String, Terraform.Change> updates = terraform.changes();
    for (Row row : ROWS) {
      Terraform.Change update = Objects.requireNonNull(updates.get(row.address()));
      assertThat(update.actions()).as(row.address()).containsExactly("update");
      assertThat(update.unknownNames()).as(row.address()).containsExactly("updated_at");
      assertThat(changed(update)).as(row.address()).containsExactly(row.topAttribute());
    }
    terraform.applyPlanned();
    for (Row row : ROWS) {
      assertThat(at(program.rest().get(row.path()), row.attribute()))
          .as(row.address())
          .isEqualTo(row.stored());
    }
  }

  /** What is only made by the server is not known; what is decided already is. */
  private void assertCreation(Terraform.Change change) {
    assertThat(change.actions()).containsExactly("create");
    String type = change.json().getString("type");
    Set<String> unknown = new HashSet<>(List.of("created_at", "updated_at"));
    if (type.equals(PROVIDER)) {
      unknown.addAll(List.of("uid", "url", "discovery_url"));
    }
    assertThat(change.unknownNames()).as(type).containsExactlyInAnyOrderElementsOf(unknown);
    assertThat(change.after().getString("id")).isEqualTo(change.after().getString("name"));
    switch (type) {
      case PROVIDER -> assertThat(change.after().getBoolean("enabled")).isTrue();
      case GUARDRAIL -> assertThat(change.after().getString("state")).isEqualTo("ACTIVE");
      case ACCOUNT -> assertThat(change.after().getBoolean("agent")).isFalse();
      default -> assertThat(change.after().getValue("secret_data_wo")).isNull();
    }
  }

  /** Names of the attributes that differ and are known. */
  private static Set<String> changed(Terraform.Change change) {
    var names = new TreeSet<>(change.before().fieldNames());
    names.addAll(change.after().fieldNames());
    names.removeAll(change.unknownNames());
    names.removeIf(
        name -> Objects.equals(change.before().getValue(name), change.after().getValue(name)));
    return names;
  }

  private static Object at(JsonObject json, String way) {
    var steps = new ArrayList<>(List.of(way.split("\\.", -1)));
    String last = steps.removeLast();
    JsonObject inner = json;
    for (String step : steps) {
      inner =
          inner.getValue(step) instanceof JsonArray list
              ? list.getJsonObject(0)
              : inner.getJsonObject(step);
    }
    return inner.getValue(last, ABSENT);
  }
}
