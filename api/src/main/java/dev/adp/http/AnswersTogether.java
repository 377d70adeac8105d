package dev.adp.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/** Sends the answers of a loop's turn together. */
final class AnswersTogether extends ChannelOutboundHandlerAdapter {
  private final TurnEndFlush turn = new TurnEndFlush();

  @Override
  public void flush(ChannelHandlerContext ctx) {
    turn.flush(ctx);
  }

  /** Netty lets go what was not flushed. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    turn.flushWaiting(ctx);
    var _ = ctx.close(promise);
  }
}
