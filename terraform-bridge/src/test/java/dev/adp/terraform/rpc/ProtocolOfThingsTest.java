package dev.adp.terraform.rpc;

import static dev.adp.terraform.rpc.ProtocolTalk.PROTOCOL;
import static dev.adp.terraform.rpc.ProtocolTalk.about;
import static dev.adp.terraform.rpc.ProtocolTalk.assertRefused;
import static dev.adp.terraform.rpc.ProtocolTalk.dynamic;
import static dev.adp.terraform.rpc.ProtocolTalk.named;
import static dev.adp.terraform.rpc.ProtocolTalk.value;
import static dev.adp.terraform.rpc.SampleProvider.DATA;
import static dev.adp.terraform.rpc.SampleProvider.READ;
import static dev.adp.terraform.rpc.SampleProvider.SCHEMA;
import static dev.adp.terraform.rpc.SampleProvider.THING;
import static dev.adp.terraform.rpc.SampleProvider.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.terraform.cty.Msgpack;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.rpc.ProtoFile.Reading;
import dev.adp.terraform.rpc.ProtoFile.Writing;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Resources, data and what is ephemeral, by the names and numbers of the released protocol. */
class ProtocolOfThingsTest {
  private final SampleProvider provider = new SampleProvider();
  private final ProtocolTalk talk = new ProtocolTalk(provider);

  private static Value.Structure thing(String name) {
    return Value.Structure.of(
        Map.of("name", Value.text(name), "on", Value.bool(true), "id", Value.text(name)));
  }

  private static Writing dynamicThing(String name) {
    return dynamic(thing(name), SCHEMA.type());
  }

  private static Writing nothing() {
    return dynamic(Value.Null.NULL, SCHEMA.type());
  }

  private static Writing capability(String name) {
    return PROTOCOL.write("ClientCapabilities").put(name, 1);
  }

  /** Terraform is told why, so that it plans again later. */
  @Test
  void whatDependsOnAConfigurationThatIsNotKnownYetIsDeferred() {
    talk.configure(Value.Unknown.UNKNOWN);
    Writing capability = capability("deferral_allowed");
    Writing config = named("a", READ.type());
    Reading[] answers = {
      talk.answer(
          "ReadResource",
          about("ReadResource", THING)
              .put("current_state", dynamicThing("a"))
              .put("client_capabilities", capability)),
      talk.answer(
          "ReadDataSource",
          about("ReadDataSource", DATA)
              .put("config", config)
              .put("client_capabilities", capability)),
      talk.answer(
          "OpenEphemeralResource",
          about("OpenEphemeralResource", TOKEN)
              .put("config", config)
              .put("client_capabilities", capability)),
    };
    for (Reading answer : answers) {
      assertThat(answer.one("deferred").number("reason"))
          .isEqualTo(PROTOCOL.constant("Deferred.Reason", "PROVIDER_CONFIG_UNKNOWN"));
    }
  }

  @Test
  void savedStatesAreReadAndThoseOfANewerVersionRefused() {
    Writing raw = PROTOCOL.write("RawState").put("json", "{\"name\":\"a\"}");
    Writing request = about("UpgradeResourceState", THING).put("version", 3).put("raw_state", raw);
    Reading upgraded = talk.answer("UpgradeResourceState", request);
    assertThat(value(upgraded.one("upgraded_state"), SCHEMA.type()))
        .isInstanceOfSatisfying(
            Value.Structure.class, state -> assertThat(state.text("name")).contains("a"));
    assertThat(
            talk.answer(
                    "UpgradeResourceState",
                    about("UpgradeResourceState", THING).put("version", 4).put("raw_state", raw))
                .one("diagnostics")
                .text("summary"))
        .isEqualTo("State of a newer provider");
    Writing strange = PROTOCOL.write("RawState").put("json", "{\"name\":[]}");
    assertThat(
            talk.answer(
                    "UpgradeResourceState",
                    about("UpgradeResourceState", THING)
                        .put("version", 3)
                        .put("raw_state", strange))
                .one("diagnostics")
                .text("summary"))
        .isEqualTo("Unreadable state");
  }

  @Test
  void aThingIsReadAndItsNotesComeBack() {
    talk.configure(Value.text("me"));
    byte[] notes = Notes.encode(SampleProvider.NOTES);
    Reading read = read("a", notes);
    assertThat(value(read.one("new_state"), SCHEMA.type())).isEqualTo(padded(thing("a")));
    assertThat(read.bytes("private")).isEqualTo(notes);
    Reading gone = read("gone", notes);
    assertThat(value(gone.one("new_state"), SCHEMA.type())).isEqualTo(Value.Null.NULL);
    assertRefused(read("refused", notes));
  }

  private Reading read(String name, byte[] notes) {
    return talk.answer(
        "ReadResource",
        about("ReadResource", THING)
            .put("current_state", dynamicThing(name))
            .put("private", notes));
  }

  /** With a null for each attribute that it lacks. */
  private static Value padded(Value value) {
    return Msgpack.decode(Msgpack.encode(value, SCHEMA.type()), SCHEMA.type());
  }

  @Test
  void aPlanSaysWhatReplacesAndHandsTheNotesOn() {
    byte[] notes = Notes.encode(SampleProvider.NOTES);
    Writing request =
        about("PlanResourceChange", THING)
            .put("prior_state", dynamicThing("a"))
            .put("proposed_new_state", dynamicThing("b"))
            .put("config", dynamicThing("b"))
            .put("prior_private", notes);
    Reading plan = talk.answer("PlanResourceChange", request);
    assertThat(value(plan.one("planned_state"), SCHEMA.type()))
        .isInstanceOfSatisfying(
            Value.Structure.class, state -> assertThat(state.text("id")).contains("b"));
    assertThat(plan.one("requires_replace").one("steps").text("attribute_name")).isEqualTo("name");
    assertThat(plan.bytes("planned_private")).isEqualTo(notes);
    assertThat(plan.all("diagnostics")).isEmpty();
  }

  @Test
  void writeOnlyValuesArePlannedOnlyForAClientThatKnowsThem() {
    Writing config = dynamic(thing("a").with("secret", Value.text("s")), SCHEMA.type());
    Writing request =
        about("PlanResourceChange", THING)
            .put("prior_state", nothing())
            .put("proposed_new_state", dynamicThing("a"))
            .put("config", config);
    assertThat(talk.answer("PlanResourceChange", request).one("diagnostics").text("summary"))
        .isEqualTo("Write-only attributes need Terraform 1.11");
    request.put("client_capabilities", capability("write_only_attributes_allowed"));
    assertThat(talk.answer("PlanResourceChange", request).all("diagnostics")).isEmpty();
  }

  private Reading apply(Writing prior, Writing planned, Writing config, byte[] notes) {
    return talk.answer(
        "ApplyResourceChange",
        about("ApplyResourceChange", THING)
            .put("prior_state", prior)
            .put("planned_state", planned)
            .put("config", config)
            .put("planned_private", notes));
  }

  @Test
  void aThingIsMadeChangedAndDeleted() {
    talk.configure(Value.text("me"));
    byte[] none = new byte[0];
    Reading made = apply(nothing(), dynamicThing("a"), dynamicThing("a"), none);
    assertThat(made.all("diagnostics")).isEmpty();
    assertThat(value(made.one("new_state"), SCHEMA.type()))
        .isInstanceOfSatisfying(
            Value.Structure.class, state -> assertThat(state.text("name")).contains("a"));
    byte[] notes = made.bytes("private");
    assertThat(notes).isEqualTo(Notes.encode(SampleProvider.NOTES));
    Reading changed = apply(dynamicThing("a"), dynamicThing("b"), dynamicThing("b"), notes);
    assertThat(changed.bytes("private")).isEqualTo(notes);
    Reading deleted = apply(dynamicThing("a"), nothing(), nothing(), notes);
    assertThat(value(deleted.one("new_state"), SCHEMA.type())).isEqualTo(Value.Null.NULL);
    assertRefused(apply(nothing(), dynamicThing("refused"), dynamicThing("refused"), none));
  }

  /** Terraform saves it as tainted. */
  @Test
  void whatWasMadeWithoutAGoodEndIsHandedOver() {
    talk.configure(Value.text("me"));
    Writing planned =
        dynamic(thing("unfinished").with("rows", Value.Unknown.UNKNOWN), SCHEMA.type());
    Reading made = apply(nothing(), planned, dynamicThing("unfinished"), new byte[0]);
    assertThat(made.one("diagnostics").text("summary")).isEqualTo("Unfinished");
    assertThat(value(made.one("new_state"), SCHEMA.type())).isEqualTo(padded(thing("unfinished")));
  }

  @Test
  void aThingIsImported() {
    Reading imported =
        talk.answer("ImportResourceState", about("ImportResourceState", THING).put("id", "a"))
            .one("imported_resources");
    assertThat(imported.text("type_name")).isEqualTo(THING);
    assertThat(imported.bytes("private")).isEqualTo(Notes.encode(SampleProvider.NOTES));
    assertThat(value(imported.one("state"), SCHEMA.type()))
        .isInstanceOfSatisfying(
            Value.Structure.class, state -> assertThat(state.text("name")).contains("a"));
    assertThat(
            talk.answer("ImportResourceState", about("ImportResourceState", THING).put("id", " "))
                .one("diagnostics")
                .text("summary"))
        .isEqualTo("Nothing to import");
  }

  @Test
  void dataIsReadAndWhatIsEphemeralOpenedAndClosed() {
    talk.configure(Value.text("me"));
    Value.Structure config = Value.Structure.of(Map.of("name", Value.text("a")));
    Value found = config.with("found", Value.text("client"));
    Reading read =
        talk.answer(
            "ReadDataSource",
            about("ReadDataSource", DATA).put("config", dynamic(config, READ.type())));
    assertThat(value(read.one("state"), READ.type())).isEqualTo(found);
    Reading opened =
        talk.answer(
            "OpenEphemeralResource",
            about("OpenEphemeralResource", TOKEN).put("config", dynamic(config, READ.type())));
    assertThat(value(opened.one("result"), READ.type())).isEqualTo(found);
    assertThat(
            talk.answer(
                    "CloseEphemeralResource",
                    about("CloseEphemeralResource", TOKEN).put("private", opened.bytes("private")))
                .all("diagnostics"))
        .isEmpty();
    assertThat(provider.closed).containsExactly(SampleProvider.NOTES);
    Writing refused = named("refused", READ.type());
    assertRefused(
        talk.answer("ReadDataSource", about("ReadDataSource", DATA).put("config", refused)));
    assertRefused(
        talk.answer(
            "OpenEphemeralResource", about("OpenEphemeralResource", TOKEN).put("config", refused)));
  }
}
