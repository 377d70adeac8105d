package dev.adp.gateway;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.adp.domain.UsageRecord;
import dev.adp.store.UsageLedger;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A ledger that shows its records and keeps them only when it is told to. */
final class RecordingLedger implements UsageLedger {
  private static final long WAIT_S = 20;

  private final BlockingQueue<UsageRecord> records = new LinkedBlockingQueue<>();
  private final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
  private volatile boolean holding;
  private volatile boolean refusing;
  private volatile boolean failing;
  private volatile boolean full;

  @Override
  public Future<Void> record(UsageRecord record) {
    Promise<Void> kept = Promise.promise();
    Context context = requireNonNull(Vertx.currentContext(), "recorded off the event loop");
    if (failing) {
      throw new IllegalStateException("nobody has foreseen this");
    }
    if (refusing) {
      return Future.failedFuture("this ledger keeps nothing");
    }
    if (holding) {
      held.add(() -> context.runOnContext(_ -> kept.complete()));
    } else {
      kept.complete();
    }
    records.add(record);
    return kept.future();
  }

  @Override
  public boolean full() {
    return full;
  }

  void fill() {
    full = true;
  }

  /** From now on no record is kept. */
  void refuse() {
    refusing = true;
  }

  /** From now on it does what no ledger may. */
  void fail() {
    failing = true;
  }

  /** From now on records are kept one by one, by {@link #keepOne}. */
  void hold() {
    holding = true;
  }

  void keepOne() throws InterruptedException {
    Runnable next = held.poll(WAIT_S, SECONDS);
    if (next == null) {
      throw new AssertionError("nothing was recorded");
    }
    next.run();
  }

  /** The next record, waiting for it. */
  UsageRecord next() throws InterruptedException {
    UsageRecord record = records.poll(WAIT_S, SECONDS);
    if (record == null) {
      throw new AssertionError("nothing was recorded");
    }
    return record;
  }

  int pending() {
    return records.size();
  }
}
