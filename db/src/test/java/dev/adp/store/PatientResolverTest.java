package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.adp.domain.NameResolver;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PatientResolverTest {
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.1");
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Vertx vertx = Vertx.vertx();
  private final CountDownLatch answer = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();

  /** Answers when the test says so. */
  private final NameResolver slow =
      host -> {
        asked.incrementAndGet();
        try {
          answer.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        return List.of(ADDRESS);
      };

  @AfterEach
  void end() throws Exception {
    answer.countDown();
    vertx.close().await();
  }

  /** The handlers of a verticle share one context, in which one of them runs at a time. */
  @Test
  void theOthersOfAContextGoOnWhileOneWaits() throws Exception {
    var resolver = new PatientResolver(slow, LONG);
    Context context = virtualThreads();
    var found = new CompletableFuture<List<InetAddress>>();
    context.runOnContext(
        _ -> {
          try {
            found.complete(resolver.resolve("slow.example"));
          } catch (UnknownHostException e) {
            found.completeExceptionally(e);
          }
        });
    Eventually.holds("the name is asked for", () -> asked.get() == 1);
    var other = new CompletableFuture<Boolean>();
    context.runOnContext(_ -> other.complete(!found.isDone()));
    assertThat(other.get(10, TimeUnit.SECONDS)).isTrue();
    answer.countDown();
    assertThat(found.get(10, TimeUnit.SECONDS)).containsExactly(ADDRESS);
  }

  private Context virtualThreads() throws Exception {
    var deployed = new CompletableFuture<Context>();
    Deployable verticle =
        context -> {
          deployed.complete(context);
          return Future.succeededFuture();
        };
    var options = new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);
    var _ = vertx.deployVerticle(verticle, options).await();
    return deployed.get();
  }

  @Test
  void aNameThatTakesTooLongIsUnknown() {
    var resolver = new PatientResolver(slow, Duration.ofMillis(50));
    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(() -> resolver.resolve("slow.example"));
  }

  @Test
  void noMoreThanAFewAreAskedForAtATimeAndNotManyWait() throws Exception {
    var resolver = new PatientResolver(slow, LONG);
    List<Thread> waiting = new ArrayList<>();
    var refused = new AtomicInteger();
    for (int i = 0; i < 110; i++) {
      waiting.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      var _ = resolver.resolve("slow.example");
                    } catch (UnknownHostException _) {
                      refused.incrementAndGet();
                    }
                  }));
    }
    Eventually.holds("what is too much is refused", () -> refused.get() == 6);
    Eventually.holds("as many are asked for as may be", () -> asked.get() == 4);
    answer.countDown();
    for (Thread thread : waiting) {
      thread.join();
    }
    assertThat(refused).hasValue(6);
    assertThat(asked).hasValue(104);
  }

  @Test
  void whatTheServiceSaysIsPassedOn() throws Exception {
    assertThat(new PatientResolver(_ -> List.of(ADDRESS), LONG).resolve("x"))
        .containsExactly(ADDRESS);
    NameResolver unknown =
        host -> {
          throw new UnknownHostException(host);
        };
    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(() -> new PatientResolver(unknown, LONG).resolve("x"));
    NameResolver broken =
        _ -> {
          throw new IllegalStateException("broken");
        };
    assertThatIllegalStateException()
        .isThrownBy(() -> new PatientResolver(broken, LONG).resolve("x"));
  }
}
