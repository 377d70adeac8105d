package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Failure.Unavailable;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadingRoomTest {
  private static final long LONG_MS = 60_000;

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void whoFindsNoPlaceHasTheNextThatBecomesFree() throws Exception {
    var room = new ReadingRoom(1, LONG_MS);
    ReadingRoom.Place first = room.enter();
    var second = new CompletableFuture<ReadingRoom.Place>();
    var _ = Thread.ofVirtual().start(() -> second.complete(room.enter()));
    assertThat(second).isNotDone();
    first.close();
    first.close(); // Gives one place back, not two.
    ReadingRoom.Place place = second.get(10, TimeUnit.SECONDS);
    assertThatNobodyEnters(room);
    place.close();
    room.enter().close();
    room.enter().close();
  }

  private static void assertThatNobodyEnters(ReadingRoom room) {
    var third = new CompletableFuture<ReadingRoom.Place>();
    var _ = Thread.ofVirtual().start(() -> third.complete(room.enter()));
    assertThat(third).isNotDone();
    var _ = third.thenAccept(ReadingRoom.Place::close);
  }

  @Test
  void whoWaitsForTooLongIsToldSoAndTakesNoPlace() {
    var room = new ReadingRoom(1, 20);
    try (var _ = room.enter()) {
      assertThatExceptionOfType(Unavailable.class).isThrownBy(room::enter);
    }
    room.enter().close();
  }

  /** Those who are inside run in the same context: they could not leave if it stood still. */
  @Test
  void whoWaitsDoesNotHoldUpHisContext() throws Exception {
    var room = new ReadingRoom(1, LONG_MS);
    ReadingRoom.Place first = room.enter();
    Context context = virtualThreads();
    var second = new CompletableFuture<ReadingRoom.Place>();
    context.runOnContext(_ -> second.complete(room.enter()));
    context.runOnContext(_ -> first.close());
    second.get(10, TimeUnit.SECONDS).close();
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
}
