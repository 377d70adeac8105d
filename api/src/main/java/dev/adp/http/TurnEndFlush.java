package dev.adp.http;

import io.netty.channel.ChannelHandlerContext;

/**
 * Sends what was written on a connection at the end of the loop's turn, together with what others
 * have to send: whoever is woken once for many messages costs less than one who is woken for each,
 * and so does to wake him. What has the turn for itself does not wait. For one handler of a
 * pipeline, on its loop.
 */
public final class TurnEndFlush {
  private boolean waiting;

  /** In the place of {@link ChannelHandlerContext#flush}. */
  public void flush(ChannelHandlerContext ctx) {
    if (!waiting) {
      waiting = true;
      ctx.executor()
          .execute(
              () -> {
                waiting = false;
                ctx.flush();
              });
    }
  }

  /** Sends now what would wait for the end of the turn. */
  public void flushWaiting(ChannelHandlerContext ctx) {
    if (waiting) {
      ctx.flush();
    }
  }
}
