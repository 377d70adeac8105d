package dev.adp.gateway;

import static dev.adp.gateway.GatewayBedrockTest.fault;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.AwsCredential.AssumeRole;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.store.StoreExtension;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Calls that are signed with the keys of a role, which STS lends. */
@Timeout(60)
class GatewayAssumedRoleTest {
  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private FakeSts sts;

  @SuppressWarnings("NullAway.Init")
  private BedrockRig rig;

  @BeforeEach
  void start() {
    sts = new FakeSts(store.vertx(), store.clock());
    var own = StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIAGATEWAY", "base"));
    rig =
        new BedrockRig(
            store, AwsIdentities.of(store.vertx(), store.clock(), Optional.of(sts.uri()), own));
    rig.gateway().answersJson("{}");
  }

  @AfterEach
  void stop() {
    rig.close();
    sts.close();
  }

  @Test
  void callsAreSignedWithTheKeysOfTheRoleWhichIsAssumedOnce() throws Exception {
    rig.assume(role(FakeSts.EXTERNAL_ID));
    for (int i = 0; i < 3; i++) {
      assertThat(rig.post("/model/m/converse", "{}").statusCode()).isEqualTo(200);
      GatewayRig.Seen seen = rig.gateway().seen();
      assertThat(seen.header("authorization")).contains("Credential=ASIALENT1/");
      assertThat(seen.header("x-amz-security-token")).isEqualTo("lent-token-1");
      assertThat(fault(seen, "lent-secret-1")).isEmpty();
    }
    assertThat(sts.seenCount()).isEqualTo(1);
  }

  @Test
  void aRoleThatIsNotLentSaysWhyAndCallsNobody() throws Exception {
    rig.assume(role("wrong"));
    HttpResponse<String> answer = rig.post("/model/m/converse", "{}");
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(new JsonObject(answer.body()).getString("message"))
        .startsWith("cannot assume role arn:aws:iam::222222222222:role/Bedrock: AccessDenied: ");
    assertThat(answer.headers().firstValue("x-amzn-errortype")).isPresent();
    assertThat(rig.gateway().seenCount()).isZero();
    UsageRecord record = rig.gateway().ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    assertThat(record.status()).isEqualTo(502);
  }

  private static AssumeRole role(String externalId) {
    return new AssumeRole(
        "arn:aws:iam::222222222222:role/Bedrock", Optional.of(externalId), Optional.empty());
  }
}
