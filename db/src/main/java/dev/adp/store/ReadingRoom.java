package dev.adp.store;

import dev.adp.domain.Failure.Unavailable;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * So many places for those who have megabytes in memory. Who finds none waits for a moment, as he
 * waits for the database: whatever else runs in his context goes on meanwhile, those who are inside
 * above all.
 */
public final class ReadingRoom {
  private static final long WAIT_MS_MAX = 3_000;

  private final Queue<Promise<Void>> waiting = new ArrayDeque<>();
  private final long waitMsMax;
  private int free;

  ReadingRoom(int places) {
    this(places, WAIT_MS_MAX);
  }

  ReadingRoom(int places, long waitMsMax) {
    this.waitMsMax = waitMsMax;
    free = places;
  }

  /** One of the places; to be given back by whoever has it. */
  public final class Place implements AutoCloseable {
    private boolean left;

    private Place() {}

    /** Gives it back; may be called more than once. */
    @Override
    public void close() {
      leave(this);
    }
  }

  /**
   * Waits for a place.
   *
   * @throws Unavailable when none becomes free in time
   */
  Place enter() {
    Promise<Void> turn = Promise.promise();
    synchronized (this) {
      if (free > 0) {
        free--;
        return new Place();
      }
      waiting.add(turn);
    }
    try {
      var _ = turn.future().await(waitMsMax, TimeUnit.MILLISECONDS);
      return new Place();
    } catch (TimeoutException e) {
      if (!turn.tryFail(e)) {
        return new Place(); // It came at the very end.
      }
      throw new Unavailable("As many transcripts are being read as there is memory for.", e);
    }
  }

  private void leave(Place place) {
    while (true) {
      @Nullable Promise<Void> next;
      synchronized (this) {
        if (place.left) {
          return;
        }
        next = waiting.poll();
        if (next == null) {
          free++;
          place.left = true;
          return;
        }
      }
      if (next.tryComplete()) { // Or he has given up.
        synchronized (this) {
          place.left = true;
        }
        return;
      }
    }
  }
}
