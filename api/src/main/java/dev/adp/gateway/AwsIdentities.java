package dev.adp.gateway;

import dev.adp.domain.AwsCredential.AssumeRole;
import dev.adp.domain.AwsRegion;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * The keys of AWS that are lent for a time: of the roles that providers assume, and of the identity
 * that the SDK's default chain finds. They are got on threads of their own and kept; an event loop
 * only picks them up. A timer renews them ahead of their end, whether or not anybody calls just
 * then.
 *
 * <p>A failure is remembered for {@value #FAILED_S} seconds, so that a storm of calls does not
 * become one of attempts. What was never lent has nothing to renew: only a call asks for it again.
 * What nobody has asked for in an hour is renewed no more and forgotten.
 */
public final class AwsIdentities implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AwsIdentities.class);
  private static final int THREADS_MAX = 4;
  private static final int WAITING_MAX = 1_000;
  private static final int HELD_MAX = 1_000;
  private static final long FAILED_S = 10;
  private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final Clock clock;
  private final AwsSigner signer;
  private final AwsKeySource source;
  private final int heldMax;
  private final ThreadPoolExecutor threads;
  private final long timer;

  /** The one used longest ago first. */
  private final Map<Wanted, Held> held = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param sts where roles are assumed, instead of the STS of the provider's region
   */
  public AwsIdentities(Vertx vertx, Clock clock, Optional<URI> sts) {
    this(vertx, clock, new AwsKeySource(sts, clock, Optional.empty()), HELD_MAX, LOOK_EVERY);
  }

  private AwsIdentities(
      Vertx vertx, Clock clock, AwsKeySource source, int heldMax, Duration lookEvery) {
    this.heldMax = heldMax;
    this.vertx = vertx;
    this.clock = clock;
    this.signer = new AwsSigner("bedrock", clock);
    this.source = source;
    threads =
        new ThreadPoolExecutor(
            THREADS_MAX,
            THREADS_MAX,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().name("adp-aws-", 0).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
    timer = vertx.setPeriodic(lookEvery.toMillis(), _ -> renewWhatIsDue());
  }

  /** The same with an identity of the gateway's own that is given instead of searched for. */
  static AwsIdentities of(
      Vertx vertx, Clock clock, Optional<URI> sts, AwsCredentialsProvider identity) {
    return of(vertx, clock, sts, identity, HELD_MAX);
  }

  /** The same with another bound of how many sets of keys are held. */
  static AwsIdentities of(
      Vertx vertx, Clock clock, Optional<URI> sts, AwsCredentialsProvider identity, int heldMax) {
    var source = new AwsKeySource(sts, clock, Optional.of(identity));
    return new AwsIdentities(vertx, clock, source, heldMax, LOOK_EVERY);
  }

  /**
   * @param lookEvery how often it is looked for what must be renewed
   */
  static AwsIdentities of(
      Vertx vertx,
      Clock clock,
      Optional<URI> sts,
      AwsCredentialsProvider identity,
      Duration lookEvery) {
    var source = new AwsKeySource(sts, clock, Optional.of(identity));
    return new AwsIdentities(vertx, clock, source, HELD_MAX, lookEvery);
  }

  /**
   * @param role empty = what the default chain finds
   * @param region whose STS is asked for the role
   */
  private record Wanted(Optional<AssumeRole> role, Optional<AwsRegion> region) {}

  /** What is known of one set of keys; guarded by the owner's monitor. */
  private static final class Held {
    @Nullable AwsLoan loan;
    @Nullable CompletableFuture<AwsLoan> pending;
    @Nullable AwsKeysUnavailable failure;
    Instant quietUntil = Instant.MIN;
    Instant usedAt = Instant.MIN;

    /** Whether it is time to ask AWS. */
    boolean isDue(Instant now) {
      return (loan == null || loan.isDue(now)) && pending == null && !now.isBefore(quietUntil);
    }
  }

  AwsSigner signer() {
    return signer;
  }

  /**
   * Keys of a role.
   *
   * @return fails with {@link AwsKeysUnavailable}, whose text says why there are none
   */
  Future<AwsKeys> ofRole(AssumeRole role, AwsRegion region) {
    return keys(new Wanted(Optional.of(role), Optional.of(region)));
  }

  /**
   * Keys of the identity that the gateway itself has.
   *
   * @return fails with {@link AwsKeysUnavailable}, whose text says why there are none
   */
  Future<AwsKeys> ofDefaultChain() {
    return keys(new Wanted(Optional.empty(), Optional.empty()));
  }

  private synchronized Future<AwsKeys> keys(Wanted wanted) {
    Instant now = clock.instant();
    Held of = held.computeIfAbsent(wanted, _ -> new Held());
    of.usedAt = now;
    AwsLoan loan = of.loan;
    if (of.isDue(now)) {
      forgetUnused();
      get(wanted, of);
    }
    if (loan != null && loan.isUsable(now)) {
      return Future.succeededFuture(loan.keys());
    }
    if (of.pending != null) {
      return Future.fromCompletionStage(of.pending, vertx.getOrCreateContext()).map(AwsLoan::keys);
    }
    return Future.failedFuture(
        of.failure != null
            ? of.failure
            : new AwsKeysUnavailable("AWS credentials are not at hand yet"));
  }

  private synchronized void renewWhatIsDue() {
    forgetUnused();
    Instant now = clock.instant();
    held.forEach(
        (wanted, of) -> {
          if (of.loan != null && of.isDue(now)) {
            get(wanted, of);
          }
        });
  }

  private void get(Wanted wanted, Held of) {
    var pending = new CompletableFuture<AwsLoan>();
    of.pending = pending;
    try {
      threads.execute(() -> lend(wanted, of, pending));
    } catch (RejectedExecutionException _) {
      of.pending = null;
      of.failure = new AwsKeysUnavailable("too many AWS credentials are being waited for");
    }
  }

  private void lend(Wanted wanted, Held of, CompletableFuture<AwsLoan> pending) {
    try {
      AwsLoan loan =
          wanted.role().isPresent()
              ? source.assume(wanted.role().get(), wanted.region().orElseThrow())
              : source.defaultChain();
      lent(of, loan);
      pending.complete(loan);
    } catch (AwsKeysUnavailable refused) {
      LOG.warn("{}", refused.text());
      failed(of, refused);
      pending.completeExceptionally(refused);
    } catch (RuntimeException | Error e) {
      // What it says may quote a credential.
      LOG.error("AWS credentials: {} {}", e.getClass(), e.getStackTrace());
      var failure = new AwsKeysUnavailable("AWS credentials cannot be got: internal error");
      failed(of, failure);
      pending.completeExceptionally(failure);
    }
  }

  private synchronized void lent(Held of, AwsLoan loan) {
    of.loan = loan;
    of.pending = null;
    of.failure = null;
    of.quietUntil = Instant.MIN;
  }

  private synchronized void failed(Held of, AwsKeysUnavailable failure) {
    of.pending = null;
    of.failure = failure;
    of.quietUntil = clock.instant().plusSeconds(FAILED_S);
  }

  private void forgetUnused() {
    Instant since = clock.instant().minus(FORGOTTEN_AFTER);
    held.values().removeIf(one -> one.pending == null && one.usedAt.isBefore(since));
    var oldest = held.entrySet().iterator();
    for (int tooMany = held.size() - heldMax; tooMany > 0 && oldest.hasNext(); tooMany--) {
      oldest.next();
      oldest.remove();
    }
  }

  /** Number of sets of keys that are held. */
  synchronized int size() {
    return held.size();
  }

  @Override
  public void close() {
    boolean _ = vertx.cancelTimer(timer);
    threads.shutdownNow();
    source.close();
  }
}
