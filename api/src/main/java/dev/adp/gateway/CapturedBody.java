package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;

/**
 * A body on its way into a transcript: its first bytes, within the budget of all calls. Where the
 * budget is spent, nothing is kept of it.
 */
final class CapturedBody {
  private final BodyBudget budget;
  private final int bytesMax;
  private Buffer bytes = Buffer.buffer();
  private long taken;
  private boolean cut;
  private boolean lost;

  CapturedBody(BodyBudget budget, int bytesMax) {
    this.budget = budget;
    this.bytesMax = bytesMax;
  }

  /** Takes a body that is there already, and that nobody changes any more. */
  void whole(Buffer body) {
    if (body.length() > bytesMax) {
      add(body);
    } else if (takes(body.length())) {
      bytes = body; // Not even copied.
    }
  }

  /** Takes the next piece. */
  void add(Buffer piece) {
    int fits = Math.min(piece.length(), bytesMax - bytes.length());
    cut |= fits < piece.length();
    if (fits > 0 && takes(fits)) {
      bytes.appendBuffer(piece, 0, fits);
    }
  }

  private boolean takes(int length) {
    if (lost) {
      return false;
    }
    if (!budget.take(length)) {
      release();
      lost = true;
      return false;
    }
    taken += length;
    return true;
  }

  /** Whether nothing was kept because too much was held already. */
  boolean lost() {
    return lost;
  }

  /** Whether there was more than is kept. */
  boolean cut() {
    return cut;
  }

  byte[] bytes() {
    return bytes.getBytes();
  }

  /** Gives the memory back; may be called more than once. */
  void release() {
    budget.give(taken);
    taken = 0;
    bytes = Buffer.buffer();
  }
}
