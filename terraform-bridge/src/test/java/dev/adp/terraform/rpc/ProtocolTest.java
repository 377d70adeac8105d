package dev.adp.terraform.rpc;

import static dev.adp.terraform.rpc.ProtocolTalk.PROTOCOL;
import static dev.adp.terraform.rpc.ProtocolTalk.about;
import static dev.adp.terraform.rpc.ProtocolTalk.assertRefused;
import static dev.adp.terraform.rpc.ProtocolTalk.dynamic;
import static dev.adp.terraform.rpc.ProtocolTalk.named;
import static dev.adp.terraform.rpc.ProtocolTalk.request;
import static dev.adp.terraform.rpc.ProtocolTalk.value;
import static dev.adp.terraform.rpc.SampleProvider.DATA;
import static dev.adp.terraform.rpc.SampleProvider.FUNCTION;
import static dev.adp.terraform.rpc.SampleProvider.READ;
import static dev.adp.terraform.rpc.SampleProvider.SCHEMA;
import static dev.adp.terraform.rpc.SampleProvider.THING;
import static dev.adp.terraform.rpc.SampleProvider.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.rpc.ProtoFile.Reading;
import dev.adp.terraform.rpc.ProtoFile.Writing;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The numbers that stand in this package are those of the newest released protocol: requests are
 * written and answers are read by the names in HashiCorp's own file.
 */
class ProtocolTest {
  private final SampleProvider provider = new SampleProvider();
  private final ProtocolTalk talk = new ProtocolTalk(provider);

  /** The rest are calls that nothing which this provider announces makes Terraform do. */
  @Test
  void everyCallIsOneOfTheProtocolAndTheOthersAreKnown() {
    var others = new TreeSet<>(PROTOCOL.calls().keySet());
    assertThat(others).containsAll(talk.answered());
    others.removeAll(talk.answered());
    assertThat(others)
        .containsExactlyInAnyOrder(
            "GetResourceIdentitySchemas",
            "UpgradeResourceIdentity",
            "MoveResourceState",
            "GenerateResourceConfig",
            "RenewEphemeralResource",
            "ListResource",
            "ValidateListResourceConfig",
            "ValidateStateStoreConfig",
            "ConfigureStateStore",
            "ReadStateBytes",
            "WriteStateBytes",
            "LockState",
            "UnlockState",
            "GetStates",
            "DeleteState",
            "PlanAction",
            "InvokeAction",
            "ValidateActionConfig");
  }

  @Test
  void schemasAreThoseOfTheProvider() {
    Reading all = talk.answer("GetProviderSchema", request("GetProviderSchema"));
    Reading capabilities = all.one("server_capabilities");
    assertThat(capabilities.number("plan_destroy")).isOne();
    assertThat(capabilities.number("get_provider_schema_optional")).isOne();
    assertThat(all.one("provider").one("block").one("attributes").text("name")).isEqualTo("name");
    assertThat(all.one("data_source_schemas").text("key")).isEqualTo(DATA);
    assertThat(all.one("ephemeral_resource_schemas").text("key")).isEqualTo(TOKEN);
    assertThat(all.one("resource_schemas").text("key")).isEqualTo(THING);
    Reading schema = all.one("resource_schemas").one("value");
    assertThat(schema.number("version")).isEqualTo(3);
    Reading block = schema.one("block");
    assertThat(block.number("version")).isEqualTo(3);
    assertThat(block.text("description")).isEqualTo("A *thing*.");
    assertThat(block.number("description_kind"))
        .isEqualTo(PROTOCOL.constant("StringKind", "MARKDOWN"));
    assertFunction(all.one("functions"));
    assertFunction(talk.answer("GetFunctions", request("GetFunctions")).one("functions"));
  }

  private static void assertFunction(Reading entry) {
    assertThat(entry.text("key")).isEqualTo(FUNCTION);
    Reading function = entry.one("value");
    long markdown = PROTOCOL.constant("StringKind", "MARKDOWN");
    assertThat(function.text("summary")).isEqualTo("Greets");
    assertThat(function.text("description")).isEqualTo("Greets *somebody*.");
    assertThat(function.number("description_kind")).isEqualTo(markdown);
    assertThat(function.one("return").text("type")).isEqualTo("\"string\"");
    Reading parameter = function.one("parameters");
    assertThat(parameter.text("name")).isEqualTo("whom");
    assertThat(parameter.text("type")).isEqualTo("\"string\"");
    assertThat(parameter.text("description")).isEqualTo("Whom.");
    assertThat(parameter.number("description_kind")).isEqualTo(markdown);
  }

  private Reading attribute(String name) {
    return talk
        .answer("GetProviderSchema", request("GetProviderSchema"))
        .one("resource_schemas")
        .one("value")
        .one("block")
        .all("attributes")
        .stream()
        .filter(attribute -> attribute.text("name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void attributesAreWhatTheSchemaSaysOfThem() {
    Reading name = attribute("name");
    assertThat(name.text("type")).isEqualTo("\"string\"");
    assertThat(name.text("description")).isEqualTo("Its name.");
    assertThat(name.number("description_kind"))
        .isEqualTo(PROTOCOL.constant("StringKind", "MARKDOWN"));
    assertThat(name.number("required")).isOne();
    assertThat(name.number("optional") + name.number("computed")).isZero();
    assertThat(attribute("secret").number("sensitive")).isOne();
    assertThat(attribute("secret").number("write_only")).isOne();
    assertThat(attribute("on").number("optional")).isOne();
    assertThat(attribute("on").number("computed")).isOne();
    assertThat(attribute("old").number("deprecated")).isOne();
    assertThat(name.number("deprecated") + name.number("write_only")).isZero();
    Map.of("one", "SINGLE", "many", "MAP", "rows", "LIST")
        .forEach(
            (nested, mode) -> {
              Reading object = attribute(nested).one("nested_type");
              assertThat(object.number("nesting"))
                  .isEqualTo(PROTOCOL.constant("Schema.Object.NestingMode", mode));
              assertThat(object.one("attributes").text("name")).isEqualTo("deep");
              assertThat(attribute(nested).has("type")).isFalse();
            });
  }

  @Test
  void metadataNamesEverything() {
    Reading all = talk.answer("GetMetadata", request("GetMetadata"));
    assertThat(all.one("server_capabilities").number("plan_destroy")).isOne();
    assertThat(all.one("resources").text("type_name")).isEqualTo(THING);
    assertThat(all.one("data_sources").text("type_name")).isEqualTo(DATA);
    assertThat(all.one("ephemeral_resources").text("type_name")).isEqualTo(TOKEN);
    assertThat(all.one("functions").text("name")).isEqualTo(FUNCTION);
  }

  @Test
  void theProviderIsCheckedConfiguredAndStopped() {
    Writing config = named("refused", provider.schema().type());
    Writing check = request("ValidateProviderConfig").put("config", config);
    assertThat(talk.answer("ValidateProviderConfig", check).all("diagnostics")).isEmpty();
    assertRefused(
        talk.answer("ConfigureProvider", request("ConfigureProvider").put("config", config)));
    talk.configure(Value.text("me"));
    assertThat(talk.answer("StopProvider", request("StopProvider")).text("Error")).isEmpty();
    assertThat(provider.stopped).isTrue();
  }

  @Test
  void configurationsAreCheckedAndPathsLeadToWhatIsWrong() {
    Reading found =
        talk.answer(
                "ValidateResourceConfig",
                about("ValidateResourceConfig", THING).put("config", named("", SCHEMA.type())))
            .one("diagnostics");
    assertThat(found.text("detail")).isEqualTo("name must not be empty.");
    Value.Structure empty = Value.Structure.of(Map.of());
    for (var each :
        Map.of("ValidateDataResourceConfig", DATA, "ValidateEphemeralResourceConfig", TOKEN)
            .entrySet()) {
      assertThat(
              talk.answer(
                      each.getKey(),
                      about(each.getKey(), each.getValue())
                          .put("config", dynamic(empty, READ.type())))
                  .one("diagnostics")
                  .text("detail"))
          .isEqualTo("name is required.");
    }
    Path deep = Path.of("many").key("k").index(2);
    var steps = PROTOCOL.read("AttributePath", Wire.path(deep).toByteArray()).all("steps");
    assertThat(steps).hasSize(3);
    assertThat(steps.get(0).text("attribute_name")).isEqualTo("many");
    assertThat(steps.get(1).text("element_key_string")).isEqualTo("k");
    assertThat(steps.get(2).number("element_key_int")).isEqualTo(2);
  }

  @Test
  void aFunctionIsCalledAndSaysWhichArgumentIsWrong() {
    Reading called = call("you");
    assertThat(value(called.one("result"), Type.STRING)).isEqualTo(Value.text("Hello you"));
    Reading error = call("").one("error");
    assertThat(error.text("text")).isEqualTo("whom must not be empty");
    assertThat(error.has("function_argument")).isTrue();
    assertThat(error.number("function_argument")).isZero();
  }

  private Reading call(String whom) {
    return talk.answer(
        "CallFunction",
        request("CallFunction")
            .put("name", FUNCTION)
            .put("arguments", dynamic(Value.text(whom), Type.STRING)));
  }
}
