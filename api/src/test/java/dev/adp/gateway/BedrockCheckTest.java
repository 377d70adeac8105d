package dev.adp.gateway;

import static dev.adp.store.Actors.WRITER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.AwsCredential.AssumeRole;
import dev.adp.domain.AwsCredential.StaticKeys;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.ConnectionCheck;
import dev.adp.domain.ConnectionCheck.Unsaved;
import dev.adp.domain.ConnectionResult;
import dev.adp.domain.ConnectionResult.Cause;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Tokens;
import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import dev.adp.store.Upstreams;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A check of a provider of Bedrock is signed and guarded as its calls are. */
class BedrockCheckTest {
  private static final String MODEL = "us.amazon.nova-pro-v1:0";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private FakeSts sts;

  @SuppressWarnings("NullAway.Init")
  private CheckRig rig;

  @BeforeEach
  void start() {
    sts = new FakeSts(store.vertx(), store.clock());
    var own = StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIAGATEWAY", "base"));
    rig =
        new CheckRig(
            store, AwsIdentities.of(store.vertx(), store.clock(), Optional.of(sts.uri()), own));
    rig.answers(200, "{\"output\":{},\"usage\":{\"inputTokens\":2,\"outputTokens\":1}}");
  }

  @AfterEach
  void stop() {
    rig.close();
    sts.close();
  }

  @Test
  void theCallIsSignedAndItsUsageCounted() throws Exception {
    ConnectionResult result = rig.check(rig.bedrock(), MODEL);
    assertThat(result.ok()).as(result.toString()).isTrue();
    CheckRig.Seen seen = rig.onlySeen();
    assertThat(seen.request().uri()).isEqualTo("/model/us.amazon.nova-pro-v1%3A0/converse");
    var headers =
        seen.request().headers().entries().stream()
            .map(header -> new SigV4Verifier.Header(header.getKey(), header.getValue()))
            .toList();
    assertThat(
            SigV4Verifier.fault(
                "POST", seen.request().uri(), headers, seen.body().getBytes(), CheckRig.KEY))
        .isEmpty();
    assertThat(rig.ledger().next().tokens()).isEqualTo(new Tokens(2, 1, 0, 0, 0, 0, 0, 0));
  }

  /** The guardrail that an unsaved configuration names need not be anybody's yet. */
  @Test
  void theCallPassesTheGuardrailOfAConfigurationThatIsNotSaved() {
    ResourceId pii = store.guardrails().create(WRITER, Drafts.guardrail("pii", "us-east-1")).name();
    ProviderConfig guarded =
        rig.bedrock(new StaticKeys(CheckRig.KEY_NAME, CheckRig.KEY_NAME), Optional.of(pii));
    ConnectionResult result =
        rig.check(
            Upstreams.LOCAL,
            new ConnectionCheck(
                new Unsaved(Drafts.draft("unsaved", guarded), List.of()), MODEL, Optional.empty()));
    assertThat(result.ok()).as(result.toString()).isTrue();
    assertThat(rig.onlySeen().body().toString())
        .startsWith("{\"guardrailConfig\":{\"guardrailIdentifier\":\"gr4k7l2m9xyz\"");
  }

  @Test
  void aGuardrailThatTakesNoCallsIsNamed() throws Exception {
    ResourceId pii = store.guardrails().create(WRITER, Drafts.guardrail("pii", "us-east-1")).name();
    store.execute("update guardrail set enabled = false");
    ConnectionResult result =
        rig.check(
            rig.bedrock(new StaticKeys(CheckRig.KEY_NAME, CheckRig.KEY_NAME), Optional.of(pii)),
            MODEL);
    assertThat(result.cause()).contains(Cause.GUARDRAIL_UNUSABLE);
    assertThat(rig.seen()).isEmpty();
  }

  @Test
  void aRegionThatDoesNotExistIsNamedWhereThereIsNoBaseUrl() {
    ConnectionResult result =
        rig.check(
            new ProviderConfig.Bedrock(
                new AwsRegion("us-easy-1"),
                Optional.empty(),
                new StaticKeys(CheckRig.KEY_NAME, CheckRig.KEY_NAME),
                Optional.empty()),
            MODEL);
    assertThat(result.cause()).contains(Cause.UNKNOWN_HOST);
    assertThat(result.advice())
        .isEqualTo(
            "The host \"bedrock-runtime.us-easy-1.amazonaws.com\" has no address. Check the region"
                + " us-easy-1 and the name service of the gateway.");
  }

  @Test
  void aRoleThatIsNotLentIsACauseOfItsOwn() {
    var role =
        new AssumeRole(
            "arn:aws:iam::222222222222:role/Bedrock", Optional.of("wrong"), Optional.empty());
    ConnectionResult result = rig.check(rig.bedrock(role, Optional.empty()), MODEL);
    assertThat(result.cause()).contains(Cause.AWS_CREDENTIALS_UNAVAILABLE);
    assertThat(result.advice())
        .startsWith("Cannot assume role arn:aws:iam::222222222222:role/Bedrock: AccessDenied")
        .contains("external id");
    assertThat(rig.seen()).isEmpty();
  }
}
