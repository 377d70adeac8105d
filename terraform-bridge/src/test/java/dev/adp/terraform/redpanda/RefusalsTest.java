package dev.adp.terraform.redpanda;

import static dev.adp.terraform.redpanda.ScriptedControlPlane.json;
import static dev.adp.terraform.redpanda.ScriptedControlPlane.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.sdk.ManagedResource;
import dev.adp.terraform.sdk.Refusal;
import dev.adp.terraform.sdk.State;
import dev.adp.terraform.sdk.Unfinished;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people are told of answers that are no success, or look like one and are none. */
class RefusalsTest {
  private static final Subject SUBJECT =
      new Subject("guardrail", "x", "redpanda_guardrail", FieldPaths::same);

  private final ScriptedControlPlane server = new ScriptedControlPlane();

  @AfterEach
  void stop() {
    server.close();
  }

  private static List<Diagnostic> refused(Runnable call) {
    var diagnostics = new ArrayList<Diagnostic>();
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(call::run)
        .satisfies(refusal -> diagnostics.addAll(refusal.diagnostics()));
    return diagnostics;
  }

  /** A guardrail that is being deleted, an account that has all the credentials it may have. */
  @Test
  void onlyWhatCannotBeDeletedIsCalledInUse() {
    server.script.addAll(List.of(problem(409, ""), problem(409, "")));
    Client client = server.client();
    assertThat(refused(() -> client.patch("/v1/x/x", new JsonObject(), Optional.empty(), SUBJECT)))
        .extracting(Diagnostic::summary)
        .containsExactly("guardrail \"x\" cannot be changed now");
    assertThat(refused(() -> client.delete("/v1/x/x", Optional.empty(), SUBJECT)))
        .extracting(Diagnostic::summary)
        .containsExactly("guardrail \"x\" is in use");
  }

  /** It is not managed here, so planning again would not create it. */
  @Test
  void anAccountThatIsMissingIsSaidOnTheAttributeThatNamesIt() {
    server.script.add(ScriptedControlPlane.GONE);
    Value.Structure config = Value.Structure.of(Map.of("service_account", Value.text("job")));
    assertThat(refused(() -> new CredentialEphemeral().open(server.client(), config)))
        .singleElement()
        .satisfies(each -> assertThat(each.path()).isEqualTo(Path.of("service_account")))
        .satisfies(
            each -> assertThat(each.summary()).isEqualTo("service account \"job\" not found"))
        .satisfies(each -> assertThat(each.detail()).contains("-target"));
  }

  @Test
  void aCredentialThatCannotBeRevokedIsSaidToEndByItself() {
    server.script.add(problem(500, ""));
    assertThat(
            refused(
                () ->
                    new CredentialEphemeral()
                        .close(server.client(), Map.of("service_account", "job", "id", "c1"))))
        .extracting(Diagnostic::summary)
        .containsExactly("The control plane failed", "Credential c1 was not revoked");
  }

  @Test
  void aFailureWithoutAnIdOfTheRequestSpeaksOfNone() {
    server.script.add(problem(500, ""));
    assertThat(refused(() -> server.client().get("/v1/x/x", SUBJECT)))
        .extracting(Diagnostic::detail)
        .containsExactly("guardrail \"x\": because.");
  }

  static List<ManagedResource<Client>> resources() {
    return List.of(
        new LlmProviderResource(),
        new GuardrailResource(),
        new ServiceAccountResource(),
        new SecretResource());
  }

  private static State named(ManagedResource<Client> resource) {
    return resource.imported(resource instanceof SecretResource ? "KEY" : "x");
  }

  /** Another program's JSON, for example, when endpoint leads to it and a token is all it takes. */
  @ParameterizedTest
  @MethodSource("resources")
  void anObjectOfSomethingElseIsNotTakenForTheResource(ManagedResource<Client> resource) {
    server.script.add(json("{\"message\":\"hello\"}"));
    assertThat(refused(() -> resource.read(server.client(), named(resource))))
        .extracting(Diagnostic::summary)
        .containsExactly("The answer cannot be read");
  }

  /** Else it would be there, and in no state. */
  @Test
  void whatWasMadeIsKeptWhenItsAnswerCannotBeRead() {
    server.script.add(json("{\"name\":\"x\"}"));
    var resource = new LlmProviderResource();
    Value.Structure planned = named(resource).values().with("url", Value.Unknown.UNKNOWN);
    assertThatExceptionOfType(Unfinished.class)
        .isThrownBy(() -> resource.create(server.client(), planned, planned))
        .satisfies(
            unfinished -> {
              assertThat(unfinished.state().values().text("name")).contains("x");
              assertThat(unfinished.state().values().get("url")).isEqualTo(Value.Null.NULL);
              assertThat(unfinished.diagnostics())
                  .extracting(Diagnostic::summary)
                  .containsExactly("The answer cannot be read");
            });
  }
}
