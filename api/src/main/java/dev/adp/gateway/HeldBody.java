package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** A body in memory, within the budget of all calls; scanned as it arrives. */
final class HeldBody {
  private final Gateway gateway;
  private final BodyScan scan;
  private Buffer body = Buffer.buffer();
  private final long announced;
  private int room;
  private long taken;
  private boolean released;

  /**
   * @param announced how many bytes it will have, if the client says so
   */
  HeldBody(Gateway gateway, BodyScan scan, Optional<Long> announced) {
    this.gateway = gateway;
    this.scan = scan;
    this.announced = announced.orElse(Long.MAX_VALUE);
  }

  /** Takes a piece, unless that is more than one call or all calls together may hold. */
  Optional<Refusal> add(Buffer piece) {
    if (released) {
      return Optional.empty();
    }
    if (body.length() + (long) piece.length() > gateway.settings().limits().heldBodyBytesMax()) {
      release();
      return Optional.of(Refusal.tooLargeToHold(gateway.settings().limits().heldBodyBytesMax()));
    }
    if (!gateway.budget().take(piece.length())) {
      release();
      return Optional.of(Refusal.busy("the gateway holds too many large requests at the moment"));
    }
    taken += piece.length();
    append(piece);
    scan.accept(piece);
    return Optional.empty();
  }

  /** Room is made as it fills, and at the end just as much as the client has announced. */
  private void append(Buffer piece) {
    int needed = body.length() + piece.length();
    if (needed > room) {
      room = Math.max(needed, (int) Math.min(announced, 2L * needed));
      body = Buffer.buffer(room).appendBuffer(body);
    }
    body.appendBuffer(piece);
  }

  Buffer body() {
    return body;
  }

  /** Holds what is sent instead of what has come, which thus takes no memory any more. */
  Buffer becomes(Buffer edited) {
    if (!released) {
      body = edited;
    }
    return edited;
  }

  /** Gives the memory back; may be called more than once. */
  void release() {
    if (!released) {
      released = true;
      gateway.budget().give(taken);
      body = Buffer.buffer();
    }
  }
}
