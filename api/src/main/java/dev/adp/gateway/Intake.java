package dev.adp.gateway;

import io.netty.channel.ChannelConfig;
import io.vertx.core.http.HttpClientResponse;

/**
 * Lets an answer in no faster than its client takes it. What is held back stays in the socket: with
 * the pause that Vert.x has, the end of an answer may still come in and wait, while its connection
 * is given to the next call, whose answer is then held back too; and an upstream that closes behind
 * its whole answer looks as if it had broken it off.
 */
final class Intake {
  private final ChannelConfig socket;
  private boolean heldBack;
  private boolean over;

  Intake(HttpClientResponse answer) {
    socket = UpstreamClient.context(answer.request()).channel().config();
  }

  boolean isHeldBack() {
    return heldBack;
  }

  /** What has left the socket still comes. */
  void holdBack() {
    if (!over) {
      heldBack = true;
      var _ = socket.setAutoRead(false);
    }
  }

  void goOn() {
    if (heldBack) {
      heldBack = false;
      var _ = socket.setAutoRead(true);
    }
  }

  /** The answer has come whole: from here on its connection may be another call's. */
  void end() {
    goOn();
    over = true;
  }
}
