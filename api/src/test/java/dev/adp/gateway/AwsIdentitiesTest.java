package dev.adp.gateway;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.AwsCredential.AssumeRole;
import dev.adp.domain.AwsRegion;
import dev.adp.store.Eventually;
import dev.adp.store.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

class AwsIdentitiesTest {
  private static final AwsRegion REGION = new AwsRegion("eu-west-1");
  private static final String ROLE_ARN = "arn:aws:iam::222222222222:role/Bedrock";
  private static final AssumeRole ROLE = role("ext-1", "team-a");
  private static final AwsCredentialsProvider OWN =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIAGATEWAY", "base-secret"));

  private final Vertx vertx = Vertx.vertx();
  private final TestClock clock = new TestClock(Instant.parse("2026-11-24T12:00:00Z"));
  private final FakeSts sts = new FakeSts(vertx, clock);
  private AwsIdentities identities = withIdentity(OWN);

  @AfterEach
  void close() {
    identities.close();
    sts.close();
    vertx.close().await();
  }

  @Test
  void aRoleIsAssumedWithTheGatewaysOwnIdentity() throws Exception {
    assertThat(got(identities.ofRole(ROLE, REGION)))
        .isEqualTo(new AwsKeys("ASIALENT1", "lent-secret-1", Optional.of("lent-token-1")));
    Map<String, String> call = sts.seen();
    assertThat(call)
        .containsEntry("Action", "AssumeRole")
        .containsEntry("RoleArn", ROLE_ARN)
        .containsEntry("ExternalId", "ext-1")
        .containsEntry("RoleSessionName", "team-a");
    assertThat(call.get("authorization"))
        .contains("Credential=AKIAGATEWAY/")
        .contains("/eu-west-1/sts/");
  }

  @Test
  void withoutASessionNameTheGatewaysOwnIsShownInCloudTrail() throws Exception {
    var plain = new AssumeRole(ROLE_ARN, Optional.empty(), Optional.empty());
    var _ = got(identities.ofRole(plain, REGION));
    assertThat(sts.seen()).containsEntry("RoleSessionName", "adp").doesNotContainKey("ExternalId");
  }

  @Test
  void keysAtHandAreThereAtOnceAndAreAskedForOnce() throws Exception {
    var _ = got(identities.ofRole(ROLE, REGION));
    for (int i = 0; i < 100; i++) {
      assertThat(identities.ofRole(ROLE, REGION).succeeded()).isTrue();
    }
    assertThat(sts.seenCount()).isEqualTo(1);
  }

  @Test
  void callsThatWaitTogetherShareOneAttempt() throws Exception {
    List<Future<AwsKeys>> waiting = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      waiting.add(identities.ofRole(ROLE, REGION));
    }
    for (Future<AwsKeys> one : waiting) {
      assertThat(got(one).accessKeyId()).isEqualTo("ASIALENT1");
    }
    assertThat(sts.seenCount()).isEqualTo(1);
  }

  @Test
  void eachConfigurationHasKeysOfItsOwn() throws Exception {
    assertThat(got(identities.ofRole(ROLE, REGION)).accessKeyId()).isEqualTo("ASIALENT1");
    assertThat(got(identities.ofRole(role("ext-1", "team-b"), REGION)).accessKeyId())
        .isEqualTo("ASIALENT2");
    assertThat(got(identities.ofRole(ROLE, new AwsRegion("us-east-1"))).accessKeyId())
        .isEqualTo("ASIALENT3");
  }

  @Test
  void keysAreRenewedAheadOfTheirEndWhileCallsGoOnWithTheOldOnes() throws Exception {
    var _ = got(identities.ofRole(ROLE, REGION));
    clock.advance(Duration.ofMinutes(54));
    var _ = got(identities.ofRole(ROLE, REGION));
    assertThat(sts.seenCount()).isEqualTo(1);
    clock.advance(Duration.ofMinutes(1));
    Future<AwsKeys> meanwhile = identities.ofRole(ROLE, REGION);
    assertThat(meanwhile.succeeded()).isTrue();
    assertThat(meanwhile.result().accessKeyId()).isEqualTo("ASIALENT1");
    Eventually.holds("the keys are renewed", () -> at("ASIALENT2"));
    assertThat(sts.seenCount()).isEqualTo(2);
  }

  @Test
  void keysAreRenewedAheadOfTheirEndThoughNobodyCallsJustThen() throws Exception {
    identities.close();
    identities = withIdentity(OWN, Duration.ofMillis(5));
    var _ = got(identities.ofRole(ROLE, REGION));
    clock.advance(Duration.ofMinutes(55));
    Eventually.holds("STS is asked again", () -> sts.seenCount() == 2);
    Eventually.holds("the new keys are there", () -> at("ASIALENT2"));
    clock.advance(Duration.ofMinutes(59)); // Beyond the end of the first.
    assertThat(identities.ofRole(ROLE, REGION).succeeded()).isTrue();
  }

  @Test
  void keysThatNobodyHasUsedForLongAreNotRenewedAndForgotten() throws Exception {
    identities.close();
    identities = withIdentity(OWN, Duration.ofMillis(5));
    var _ = got(identities.ofRole(ROLE, REGION));
    clock.advance(Duration.ofMinutes(61));
    Eventually.holds("they are forgotten", () -> identities.size() == 0);
    assertThat(sts.seenCount()).isEqualTo(1);
  }

  /** Else a trust policy that is wrong would be told of every ten seconds, for an hour. */
  @Test
  void aRoleThatWasNeverLentIsAskedForByCallsAlone() throws Exception {
    var looks = new AtomicInteger();
    identities.close();
    identities =
        withIdentity(
            () -> AwsBasicCredentials.create("AKIA" + looks.incrementAndGet(), "base-secret"),
            Duration.ofMillis(5));
    AssumeRole wrong = role("ext-2", "team-a");
    assertThatExceptionOfType(AwsKeysUnavailable.class)
        .isThrownBy(() -> got(identities.ofRole(wrong, REGION)));
    var _ = got(identities.ofDefaultChain());
    for (int minute = 1; minute <= 10; minute++) {
      int before = looks.get();
      AwsKeys own = identities.ofDefaultChain().result();
      clock.advance(Duration.ofMinutes(1));
      Eventually.holds("what was lent is renewed", () -> looks.get() > before);
      Eventually.holds("it is there", () -> !identities.ofDefaultChain().result().equals(own));
    }
    assertThat(sts.seenCount()).isEqualTo(1);
    assertThatExceptionOfType(AwsKeysUnavailable.class)
        .isThrownBy(() -> got(identities.ofRole(wrong, REGION)));
    assertThat(sts.seenCount()).isEqualTo(2);
  }

  @Test
  void whileStsIsDownKeysAreUsedUntilTheyEnd() throws Exception {
    var _ = got(identities.ofRole(ROLE, REGION));
    sts.down(true);
    clock.advance(Duration.ofMinutes(59));
    assertThat(got(identities.ofRole(ROLE, REGION)).accessKeyId()).isEqualTo("ASIALENT1");
    clock.advance(Duration.ofSeconds(31));
    assertThatExceptionOfType(AwsKeysUnavailable.class)
        .isThrownBy(() -> got(identities.ofRole(ROLE, REGION)))
        .withMessage("cannot assume role %s: AWS STS answers with status 503".formatted(ROLE_ARN));
    sts.down(false);
    clock.advance(Duration.ofSeconds(10));
    assertThat(got(identities.ofRole(ROLE, REGION)).accessKeyId()).isEqualTo("ASIALENT2");
  }

  @Test
  void aRefusalSaysWhyAndIsNotRepeatedByEveryCall() throws Exception {
    AssumeRole wrong = role("ext-2", "team-a");
    String reason =
        "cannot assume role arn:aws:iam::222222222222:role/Bedrock: AccessDenied: User:"
            + " arn:aws:iam::111111111111:user/gw is not authorized to perform: sts:AssumeRole on"
            + " resource: arn:aws:iam::222222222222:role/Bedrock";
    for (int i = 0; i < 20; i++) {
      assertThatExceptionOfType(AwsKeysUnavailable.class)
          .isThrownBy(() -> got(identities.ofRole(wrong, REGION)))
          .withMessage(reason);
    }
    assertThat(sts.seenCount()).isEqualTo(1);
    clock.advance(Duration.ofSeconds(10));
    assertThatExceptionOfType(AwsKeysUnavailable.class)
        .isThrownBy(() -> got(identities.ofRole(wrong, REGION)));
    assertThat(sts.seenCount()).isEqualTo(2);
    assertThat(got(identities.ofRole(ROLE, REGION)).accessKeyId()).isEqualTo("ASIALENT1");
  }

  @Test
  void anStsThatCannotBeReachedIsNamed() {
    sts.close();
    assertThatExceptionOfType(AwsKeysUnavailable.class)
        .isThrownBy(() -> got(identities.ofRole(ROLE, REGION)))
        .withMessage(
            "cannot assume role %s: AWS STS of eu-west-1 cannot be reached".formatted(ROLE_ARN));
  }

  @Test
  void aGatewayWithoutIdentitySaysWhereItHasLooked() {
    identities.close();
    identities =
        withIdentity(
            () -> {
              throw SdkClientException.create("nothing in env AWS_SECRET_ACCESS_KEY=hunter2");
            });
    for (Future<AwsKeys> asked :
        List.of(identities.ofDefaultChain(), identities.ofRole(ROLE, REGION))) {
      assertThatExceptionOfType(AwsKeysUnavailable.class)
          .isThrownBy(() -> got(asked))
          .withMessageStartingWith("the gateway has no AWS credentials of its own")
          .withMessageContaining("IRSA")
          .withMessageNotContaining("hunter2");
    }
  }

  /** What the source throws by mistake may quote a credential. */
  @Test
  void anUnforeseenFailureIsToldWithoutItsText() {
    identities.close();
    identities =
        withIdentity(
            () -> {
              throw new IllegalStateException("hunter2");
            });
    assertThatExceptionOfType(AwsKeysUnavailable.class)
        .isThrownBy(() -> got(identities.ofDefaultChain()))
        .withMessage("AWS credentials cannot be got: internal error");
  }

  @Test
  void theDefaultChainIsAskedAgainEachMinuteSoThatItsRotationActs() throws Exception {
    var ids = new ArrayList<>(List.of("AKIA1", "AKIA2", "AKIA3"));
    identities.close();
    identities = withIdentity(() -> AwsBasicCredentials.create(ids.removeFirst(), "s"));
    assertThat(got(identities.ofDefaultChain()))
        .isEqualTo(new AwsKeys("AKIA1", "s", Optional.empty()));
    clock.advance(Duration.ofMinutes(1));
    assertThat(identities.ofDefaultChain().result().accessKeyId()).isEqualTo("AKIA1");
    Eventually.holds(
        "the rotated key acts",
        () -> identities.ofDefaultChain().result().accessKeyId().equals("AKIA2"));
  }

  /** A pod of EKS has a token in a file; the SDK's STS module trades it for keys. */
  @Test
  void aServiceAccountOfKubernetesIsAnIdentity(@TempDir Path folder) throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "jwt-of-the-pod");
    Map<String, String> irsa =
        Map.of(
            "aws.roleArn", "arn:aws:iam::111111111111:role/Gateway",
            "aws.webIdentityTokenFile", token.toString(),
            "aws.roleSessionName", "pod",
            "aws.region", "eu-west-1",
            "aws.endpointUrlSts", sts.uri().toString());
    irsa.forEach(System::setProperty);
    clock.set(Instant.now()); // The SDK takes the time from nobody else.
    identities.close();
    identities = new AwsIdentities(vertx, clock, Optional.of(sts.uri()));
    try {
      assertThat(got(identities.ofDefaultChain()).accessKeyId()).isEqualTo("ASIALENT1");
      assertThat(sts.seen())
          .containsEntry("Action", "AssumeRoleWithWebIdentity")
          .containsEntry("WebIdentityToken", "jwt-of-the-pod");
      assertThat(got(identities.ofRole(ROLE, REGION)).accessKeyId()).isEqualTo("ASIALENT2");
      assertThat(sts.seen().get("authorization")).contains("Credential=ASIALENT1/");
    } finally {
      irsa.keySet().forEach(System::clearProperty);
    }
  }

  @Test
  void whatNobodyAsksForIsForgotten() throws Exception {
    var _ = got(identities.ofRole(ROLE, REGION));
    clock.advance(Duration.ofMinutes(61));
    var _ = got(identities.ofRole(role("ext-1", "other"), REGION));
    assertThat(identities.size()).isEqualTo(1);
  }

  /** Calls that wait for keys get them, even if more other keys are asked for than are held. */
  @Test
  void keysThatHaveGivenWayToOthersAreGotAgain() throws Exception {
    identities.close();
    identities =
        AwsIdentities.of(
            vertx,
            clock,
            Optional.of(sts.uri()),
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIAGATEWAY", "secret")),
            2);
    List<Future<AwsKeys>> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiting.add(identities.ofRole(role("ext-1", "team-" + i), REGION));
      assertThat(identities.size()).isLessThanOrEqualTo(2);
    }
    for (Future<AwsKeys> one : waiting) {
      assertThat(got(one).accessKeyId()).startsWith("ASIALENT");
    }
    assertThat(sts.seenCount()).isEqualTo(5);
    var _ = got(identities.ofRole(role("ext-1", "team-0"), REGION));
    assertThat(sts.seenCount()).isEqualTo(6);
    var _ = got(identities.ofRole(role("ext-1", "team-0"), REGION));
    assertThat(sts.seenCount()).isEqualTo(6);
  }

  @Test
  void theWaitingCallIsAnsweredOnItsOwnContext() throws Exception {
    var context = vertx.getOrCreateContext();
    var same = new CompletableFuture<Boolean>();
    context.runOnContext(
        _ ->
            identities
                .ofRole(ROLE, REGION)
                .onComplete(_ -> same.complete(context.equals(Vertx.currentContext()))));
    assertThat(same.get(20, SECONDS)).isTrue();
  }

  /** AWS may take seconds: no event loop waits for it. */
  @Test
  void awsIsAskedOnThreadsOfItsOwn() throws Exception {
    var asking = new CompletableFuture<String>();
    identities.close();
    identities =
        withIdentity(
            () -> {
              asking.complete(Thread.currentThread().getName());
              return AwsBasicCredentials.create("AKIAGATEWAY", "base-secret");
            });
    var got = new CompletableFuture<String>();
    vertx.runOnContext(
        _ ->
            identities
                .ofRole(ROLE, REGION)
                .onComplete(_ -> got.complete(Thread.currentThread().getName())));
    assertThat(asking.get(20, SECONDS)).startsWith("adp-aws-");
    assertThat(got.get(20, SECONDS)).contains("eventloop");
    assertThat(sts.seenCount()).isEqualTo(1);
  }

  private boolean at(String accessKeyId) {
    return identities.ofRole(ROLE, REGION).result().accessKeyId().equals(accessKeyId);
  }

  private AwsIdentities withIdentity(AwsCredentialsProvider identity, Duration lookEvery) {
    return AwsIdentities.of(vertx, clock, Optional.of(sts.uri()), identity, lookEvery);
  }

  private AwsIdentities withIdentity(AwsCredentialsProvider identity) {
    return AwsIdentities.of(vertx, clock, Optional.of(sts.uri()), identity);
  }

  private static AssumeRole role(String externalId, String session) {
    return new AssumeRole(ROLE_ARN, Optional.of(externalId), Optional.of(session));
  }

  private static AwsKeys got(Future<AwsKeys> keys) throws Exception {
    try {
      return keys.toCompletionStage().toCompletableFuture().get(20, SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof AwsKeysUnavailable refused ? refused : e;
    }
  }
}
