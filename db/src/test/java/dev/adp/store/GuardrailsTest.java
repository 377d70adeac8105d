package dev.adp.store;

import static dev.adp.store.Actors.READER;
import static dev.adp.store.Actors.WRITER;
import static dev.adp.store.Drafts.bedrock;
import static dev.adp.store.Drafts.guardrail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Failure.AlreadyExists;
import dev.adp.domain.Failure.Conflict;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.PreconditionFailed;
import dev.adp.domain.Guardrail;
import dev.adp.domain.Guardrail.State;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ResourceId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GuardrailsTest {
  private static final ResourceId PII = new ResourceId("pii");
  private static final TestClock clock = new TestClock(Instant.parse("2026-11-22T00:00:00Z"));

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private Guardrails guardrails = store.guardrails();
  private LlmProviders providers = store.providers();

  @BeforeEach
  void parts() {
    guardrails = store.guardrails();
    providers = store.providers();
  }

  @Test
  void aGuardrailIsReadAsItWasWritten() {
    Guardrail created = guardrails.create(WRITER, guardrail("pii", "us-east-1"));
    assertThat(guardrails.get(READER, PII)).isEqualTo(created);
    assertThat(created.state()).isEqualTo(State.ACTIVE);
    assertThat(guardrails.list(READER, 10, Optional.empty()).rows()).containsExactly(created);
    assertThatExceptionOfType(AlreadyExists.class)
        .isThrownBy(() -> guardrails.create(WRITER, guardrail("pii", "eu-west-1")));
  }

  @Test
  void aProviderAttachesAGuardrailOfItsRegion() {
    var _ = guardrails.create(WRITER, guardrail("pii", "us-east-1"));
    LlmProvider created = create(bedrock("team-a", "us-east-1", "pii"));
    assertThat(providers.get(READER, created.name())).isEqualTo(created);
    assertThat(created.config().attachedGuardrail()).contains(PII);
  }

  @Test
  void aGuardrailThatCannotBeAttachedIsNamedAtItsField() throws SQLException {
    var _ = guardrails.create(WRITER, guardrail("pii", "us-east-1"));
    refused(bedrock("a", "us-east-1", "nope"), "guardrail: guardrail \"nope\" not found");
    refused(
        bedrock("a", "eu-west-1", "pii"),
        "guardrail: guardrail \"pii\" is in region us-east-1, the provider in eu-west-1");
    store.execute("update guardrail set state = 'DELETING'");
    refused(bedrock("a", "us-east-1", "pii"), "guardrail: guardrail \"pii\" is being deleted");
  }

  @Test
  void aGuardrailInUseIsNotDeletedAndItsRegionStays() {
    var _ = guardrails.create(WRITER, guardrail("pii", "us-east-1"));
    var _ = create(bedrock("team-b", "us-east-1", "pii"));
    var _ = create(bedrock("team-a", "us-east-1", "pii"));
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> guardrails.delete(WRITER, PII, _ -> true))
        .withMessage("guardrail \"pii\" is used by \"team-a\", \"team-b\": detach it first");
    assertThat(guardrails.get(READER, PII).state()).isEqualTo(State.ACTIVE);
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () -> guardrails.update(WRITER, PII, _ -> true, _ -> guardrail("pii", "eu-west-1")))
        .withMessage(
            "bedrock_config.region: cannot be changed while used by \"team-a\", \"team-b\"");
  }

  /** A message of a thousand names helps nobody. */
  @Test
  void ofManyProvidersTheFirstAreNamed() {
    var _ = guardrails.create(WRITER, guardrail("pii", "us-east-1"));
    for (int i = 0; i < 12; i++) {
      var _ = create(bedrock("team-%02d".formatted(i), "us-east-1", "pii"));
    }
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> guardrails.delete(WRITER, PII, _ -> true))
        .withMessageStartingWith("guardrail \"pii\" is used by \"team-00\", \"team-01\", ")
        .withMessageEndingWith(", \"team-09\" and 2 more: detach it first");
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () -> guardrails.update(WRITER, PII, _ -> true, _ -> guardrail("pii", "eu-west-1")))
        .withMessageEndingWith(", \"team-09\" and 2 more");
  }

  @Test
  void aGuardrailWhoseProvidersLetItGoCanBeDeleted() {
    var _ = guardrails.create(WRITER, guardrail("pii", "us-east-1"));
    var _ = create(bedrock("team-a", "us-east-1", "pii"));
    var _ = create(bedrock("team-b", "us-east-1", "pii"));
    providers.delete(WRITER, new ResourceId("team-a"), _ -> true);
    var _ =
        providers.update(
            WRITER,
            new ResourceId("team-b"),
            _ -> true,
            draft -> draft.withConfig(bedrock("team-b", "us-east-1").config()),
            List.of());
    guardrails.delete(WRITER, PII, _ -> true);
    assertThatExceptionOfType(NotFound.class).isThrownBy(() -> guardrails.get(READER, PII));
    var _ = guardrails.create(WRITER, guardrail("pii", "eu-west-1"));
  }

  /** As a crash between marking and removing leaves it. */
  @Test
  void aGuardrailThatWasLeftBehindCanOnlyBeDeleted() throws SQLException {
    var _ = guardrails.create(WRITER, guardrail("pii", "us-east-1"));
    store.execute("update guardrail set state = 'DELETING'");
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> guardrails.update(WRITER, PII, _ -> true, draft -> draft));
    guardrails.delete(WRITER, PII, _ -> true);
    assertThat(guardrails.list(READER, 10, Optional.empty()).rows()).isEmpty();
    assertThat(store.number("select count(*) from audit_log where action = 'guardrail_delete'"))
        .as("whoever marked it has said so")
        .isZero();
  }

  @Test
  void aStaleEtagChangesNothing() {
    Guardrail created = guardrails.create(WRITER, guardrail("pii", "us-east-1"));
    var _ =
        guardrails.update(
            WRITER, PII, created.etag()::equals, draft -> guardrail("pii", "eu-west-1"));
    assertThatExceptionOfType(PreconditionFailed.class)
        .isThrownBy(() -> guardrails.update(WRITER, PII, created.etag()::equals, draft -> draft));
    assertThatExceptionOfType(PreconditionFailed.class)
        .isThrownBy(() -> guardrails.delete(WRITER, PII, created.etag()::equals));
  }

  private LlmProvider create(LlmProvider.Draft draft) {
    return providers.create(WRITER, draft, List.of());
  }

  private void refused(LlmProvider.Draft draft, String message) {
    assertThatExceptionOfType(Invalid.class).isThrownBy(() -> create(draft)).withMessage(message);
  }
}
