package dev.adp.store;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.Connection;
import io.vertx.sqlclient.internal.SqlConnectionInternal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection on which nothing has come back for too long, all that waits for it included.
 *
 * <p>The idle time-out of the client's own transport does not: the client says goodbye and then
 * waits for the server to hang up, which is what a server that is cut off never does. So this
 * stands in front of the client, where closing is closing.
 */
final class SilenceGuard extends IdleStateHandler {
  private SilenceGuard(Duration silence) {
    super(0, 0, silence.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Guards a connection that a pool has just made, and gives it back to the pool. */
  static void guard(SqlConnection connection, Duration silence) {
    Connection inner = ((SqlConnectionInternal) connection).unwrap();
    if (!(inner.unwrap() instanceof SocketConnectionBase made)) {
      throw new IllegalStateException("another client than the one that this was written for");
    }
    made.socket().channelHandlerContext().pipeline().addFirst(new SilenceGuard(silence));
    var _ = connection.close();
  }

  @Override
  protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
    var _ = context.close();
  }
}
