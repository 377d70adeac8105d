package dev.adp.terraform.redpanda;

import static dev.adp.terraform.redpanda.ScriptedControlPlane.GONE;
import static dev.adp.terraform.redpanda.ScriptedControlPlane.LOST;
import static dev.adp.terraform.redpanda.ScriptedControlPlane.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.sdk.Refusal;
import dev.adp.terraform.sdk.State;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A secret whose creation is not answered must not be lost, and nobody else's taken over; and none
 * is changed or deleted that is not as it was when it was read.
 */
class SecretResourceTest {
  private static final String STORED =
      """
      {"id":"KEY","labels":{},"used_by":[],
       "created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","etag":"\\"%d\\""}
      """;

  private final ScriptedControlPlane server = new ScriptedControlPlane();

  @AfterEach
  void stop() {
    server.close();
  }

  private State create() {
    var resource = new SecretResource();
    Value.Structure planned = resource.imported("KEY").values();
    return resource.create(
        server.client(), planned, planned.with("secret_data_wo", Value.text("v")));
  }

  /** Each at its own name, which may have what no line of text has. */
  @Test
  void whatIsWrongWithALabelIsSaidOfThatLabel() {
    var labels = new TreeMap<String, Value>();
    labels.put("a", Value.text("fine"));
    labels.put("b", Value.text("x".repeat(254)));
    labels.put("c", Value.text("two\nlines"));
    labels.put("d\n", Value.text(""));
    labels.put("e", Value.Unknown.UNKNOWN);
    labels.put("f".repeat(64), Value.text("two\nlines"));
    var resource = new SecretResource();
    var diagnostics = new Diagnostics();
    resource.validate(
        resource.imported("KEY").values().with("labels", new Value.Entries(labels)), diagnostics);
    assertThat(diagnostics.all())
        .extracting(Diagnostic::detail)
        .containsExactly(
            "labels[\"b\"] must have at most 253 characters.",
            "labels[\"c\"] must be a string, both without control characters.",
            "labels[\"d\\u000a\"] must be a string, both without control characters.");
  }

  @Test
  void whatWasNotThereBeforeIsOurs() {
    server.script.addAll(List.of(GONE, LOST, json(STORED.formatted(1))));
    assertThat(create().values().text("name")).contains("KEY");
    assertThat(server.seen)
        .extracting(call -> call.split(" ", -1)[0])
        .containsExactly("GET", "POST", "GET");
  }

  @Test
  void whatWasThereBeforeIsNot() {
    server.script.add(json(STORED.formatted(1)));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(this::create)
        .withMessage("secret \"KEY\" already exists");
    assertThat(server.seen).hasSize(1);
  }

  @Test
  void whatWasNotMadeIsSaid() {
    server.script.addAll(List.of(GONE, LOST, GONE));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(this::create)
        .withMessage("Cannot reach the control plane");
  }

  @Test
  void whatIsChangedAndDeletedIsTheVersionThatWasSeen() {
    server.script.addAll(List.of(json(STORED.formatted(1)), json(STORED.formatted(2)), GONE));
    var resource = new SecretResource();
    Client client = server.client();
    State read = resource.read(client, resource.imported("KEY")).orElseThrow();
    State changed = resource.update(client, read, read.values(), read.values());
    resource.delete(client, changed);
    assertThat(server.ifMatch).containsExactly("null", "\"1\"", "\"2\"");
  }

  /** Earlier versions of this provider kept no etag of a secret. */
  @Test
  void aStateWithoutAnEtagNamesNone() {
    server.script.addAll(List.of(json(STORED.formatted(1)), json(STORED.formatted(2)), GONE));
    var resource = new SecretResource();
    Client client = server.client();
    Value.Structure read =
        resource.read(client, resource.imported("KEY")).map(State::values).orElseThrow();
    State changed = resource.update(client, State.of(read), read, read);
    assertThat(changed.notes()).containsEntry("etag", "\"2\"");
    resource.delete(client, State.of(read));
    assertThat(server.ifMatch).containsExactly("null", "null", "null");
  }
}
