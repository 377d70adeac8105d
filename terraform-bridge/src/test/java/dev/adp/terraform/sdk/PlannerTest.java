package dev.adp.terraform.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Attribute.Nesting;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.schema.Rules;
import dev.adp.terraform.schema.Schema;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final Value TRUE = Value.bool(true);

  private static final Schema SCHEMA =
      Schema.of(
          "",
          Attribute.required("name", Type.STRING, "").replacing(),
          Attribute.defaulted("enabled", Type.BOOL, TRUE, ""),
          Attribute.optional("word", Type.STRING, "")
              .sameWhen((a, b) -> lower(a).equals(lower(b)))
              .where(Rules.lengthAtMost(5)),
          Attribute.optional("secret", Type.STRING, "").asWriteOnly(),
          Attribute.optional("tags", new Type.MapOf(Type.STRING), ""),
          Attribute.optional(
              "part",
              Nesting.SINGLE,
              List.of(
                  Attribute.required("must", Type.STRING, ""),
                  Attribute.defaulted("flag", Type.BOOL, TRUE, ""),
                  Attribute.computed("made", Type.STRING, "")),
              ""),
          Attribute.computed("id", Type.STRING, "").keptInState(),
          Attribute.computed("changed_at", Type.STRING, ""));

  private static String lower(Value value) {
    return value instanceof Value.Text(var text) ? text.toLowerCase(Locale.ROOT) : "";
  }

  /** A resource without a world. */
  private static final class Thing implements ManagedResource<Void> {
    @Override
    public Schema schema() {
      return SCHEMA;
    }

    @Override
    public void planDeletion(Value.Structure state, Diagnostics diagnostics) {
      diagnostics.invalid(Path.of("name"), "is not to be deleted");
    }

    @Override
    public State create(Void client, Value.Structure planned, Value.Structure config) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<State> read(Void client, State state) {
      throw new UnsupportedOperationException();
    }

    @Override
    public State update(Void client, State state, Value.Structure planned, Value.Structure config) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void delete(Void client, State state) {
      throw new UnsupportedOperationException();
    }

    @Override
    public State imported(String id) {
      throw new UnsupportedOperationException();
    }
  }

  private final Diagnostics diagnostics = new Diagnostics();

  private static Value.Structure object(Map<String, Value> values) {
    Value.Structure object = Value.Structure.of(values);
    for (Attribute attribute : SCHEMA.attributes()) {
      object = object.with(attribute.name(), object.get(attribute.name()));
    }
    return object;
  }

  private Planner.Plan plan(Optional<Value.Structure> prior, Value.Structure config) {
    // What Terraform proposes: the configuration, and the state for what only we set.
    Value.Structure proposed = config;
    for (String computed : List.of("id", "changed_at", "enabled")) {
      if (prior.isPresent() && config.get(computed).isNull()) {
        proposed = proposed.with(computed, prior.get().get(computed));
      }
    }
    return Planner.plan(new Thing(), prior, proposed, config, diagnostics);
  }

  private static final Value.Structure STATE =
      object(
          Map.of(
              "name", Value.text("a"),
              "enabled", TRUE,
              "word", Value.text("Word"),
              "id", Value.text("1"),
              "changed_at", Value.text("today")));

  @Test
  void aCreationHasDefaultsAndUnknownsAndNoSecrets() {
    Value.Structure planned =
        plan(
                Optional.empty(),
                object(
                    Map.of(
                        "name", Value.text("a"),
                        "secret", Value.text("s"),
                        "part", Value.Structure.of(Map.of("must", Value.text("m"))))))
            .planned();
    assertThat(planned.get("enabled")).isEqualTo(TRUE);
    assertThat(planned.get("secret")).isEqualTo(Value.Null.NULL);
    assertThat(planned.get("id")).isEqualTo(Value.Unknown.UNKNOWN);
    assertThat(planned.get("part"))
        .isEqualTo(
            Value.Structure.of(
                Map.of("must", Value.text("m"), "flag", TRUE, "made", Value.Unknown.UNKNOWN)));
  }

  @Test
  void nothingIsUnknownWhenNothingChanges() {
    var config =
        object(
            Map.of(
                "name", Value.text("a"),
                "word", Value.text("WORD"), // Another spelling is no change.
                "secret", Value.text("other")));
    Planner.Plan plan = plan(Optional.of(STATE), config);
    assertThat(plan.planned()).isEqualTo(STATE);
    assertThat(plan.replacing()).isEmpty();
  }

  @Test
  void anUpdateKeepsWhatStaysAndKnowsNotWhatChanges() {
    Value.Structure planned =
        plan(
                Optional.of(STATE),
                object(Map.of("name", Value.text("a"), "enabled", Value.bool(false))))
            .planned();
    assertThat(planned.get("enabled")).isEqualTo(Value.bool(false));
    assertThat(planned.get("id")).isEqualTo(Value.text("1"));
    assertThat(planned.get("changed_at")).isEqualTo(Value.Unknown.UNKNOWN);
    assertThat(planned.get("word")).isEqualTo(Value.Null.NULL);
  }

  @Test
  void anotherNameMakesANewObjectAndAsksWhetherTheOldOneMayGo() {
    Planner.Plan plan = plan(Optional.of(STATE), object(Map.of("name", Value.text("b"))));
    assertThat(plan.replacing()).containsExactly(Path.of("name"));
    assertThat(diagnostics.all()).hasSize(1);
  }

  @Test
  void aNameThatIsNotKnownYetMayBeAnother() {
    Planner.Plan plan = plan(Optional.of(STATE), object(Map.of("name", Value.Unknown.UNKNOWN)));
    assertThat(plan.replacing()).containsExactly(Path.of("name"));
  }

  @Test
  void answersAreSettledToWhatWasPlanned() {
    Value.Structure answer =
        STATE
            .with("word", Value.text("word"))
            .with("tags", new Value.Entries(new java.util.TreeMap<>()))
            .with("enabled", Value.bool(false))
            .with("secret", Value.text("leaked"));
    Value.Structure settled = Settling.settle(SCHEMA.attributes(), answer, STATE);
    assertThat(settled.get("word")).isEqualTo(Value.text("Word"));
    assertThat(settled.get("tags")).isEqualTo(Value.Null.NULL);
    assertThat(settled.get("enabled")).isEqualTo(Value.bool(false)); // A real difference stays.
    assertThat(settled.get("secret")).isEqualTo(Value.Null.NULL);
  }

  @Test
  void rulesAreNotAskedAboutWhatIsNotKnown() {
    var check = new ConfigCheck(diagnostics);
    check.check(
        SCHEMA.attributes(),
        object(
            Map.of(
                "name", Value.Unknown.UNKNOWN,
                "word", Value.Unknown.UNKNOWN,
                "part", Value.Structure.of(Map.of("must", Value.Null.NULL)))),
        Path.ROOT);
    assertThat(diagnostics.all())
        .singleElement()
        .satisfies(found -> assertThat(found.path()).isEqualTo(Path.of("part", "must")));
  }

  @Test
  void rowsThatAProviderFoundNoneOfAreAnEmptyList() {
    List<Attribute> attributes =
        List.of(
            Attribute.computed(
                "rows",
                Nesting.LIST,
                List.of(Attribute.computed("tags", new Type.SetOf(Type.STRING), "")),
                ""));
    Value none = new Value.Sequence(List.of());
    Value.Structure asked = Value.Structure.of(Map.of("rows", Value.Null.NULL));
    assertThat(Settling.settle(attributes, asked.with("rows", none), asked).get("rows"))
        .isEqualTo(none);
  }

  @Test
  void elementsThatAreNullAreRefused() {
    var tags = new java.util.TreeMap<String, Value>(Map.of("a", Value.Null.NULL));
    new ConfigCheck(diagnostics)
        .check(
            SCHEMA.attributes(),
            object(Map.of("name", Value.text("a"), "tags", new Value.Entries(tags))),
            Path.ROOT);
    assertThat(diagnostics.all())
        .singleElement()
        .satisfies(found -> assertThat(found.path()).isEqualTo(Path.of("tags")));
  }

  @Test
  void rulesNameTheirAttribute() {
    new ConfigCheck(diagnostics)
        .check(
            SCHEMA.attributes(),
            object(Map.of("name", Value.text("a"), "word", Value.text("longer"))),
            Path.ROOT);
    assertThat(diagnostics.all().getFirst().detail())
        .isEqualTo("word must have at most 5 characters.");
  }
}
