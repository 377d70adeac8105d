package dev.adp.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often bytes leave for the socket of a connection, where it stands first. */
public final class Flushes extends ChannelOutboundHandlerAdapter {
  public final AtomicInteger count = new AtomicInteger();

  @Override
  public void flush(ChannelHandlerContext ctx) {
    count.incrementAndGet();
    ctx.flush();
  }
}
