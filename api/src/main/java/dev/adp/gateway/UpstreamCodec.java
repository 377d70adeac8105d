package dev.adp.gateway;

import dev.adp.http.TurnEndFlush;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpClientConnectionInternal;
import java.util.List;
import java.util.Set;

/**
 * Speaks HTTP/1.1 with an upstream as Netty does, and ends a connection that the next call must not
 * get. Left alone, Netty keeps what comes behind an answer for the beginning of the next one: a
 * body where there can be none (of HEAD, 204 or 304), or an answer that nobody has asked for. And
 * Vert.x gives a connection to the next call as soon as an answer has come, though the request
 * before it may not have left us whole.
 */
final class UpstreamCodec
    extends CombinedChannelDuplexHandler<HttpResponseDecoder, HttpRequestEncoder> {
  private static final String NAME = "codec";

  /** The interim answers that Vert.x knows; it takes any other one for the answer itself. */
  private static final Set<HttpResponseStatus> PASSED_OVER =
      Set.of(HttpResponseStatus.CONTINUE, HttpResponseStatus.EARLY_HINTS);

  private final HttpConnection connection;
  private final TurnEndFlush turn = new TurnEndFlush();
  private HttpMethod method = HttpMethod.GET;

  /** Set from the first byte of a request to the last one of its answer. */
  private boolean asked;

  /** Set when the request has been written whole. */
  private boolean sent;

  private boolean ending;

  private UpstreamCodec(HttpConnection connection, int headerBytesMax) {
    this.connection = connection;
    init(new Answers(headerBytesMax), new HttpRequestEncoder());
  }

  /**
   * Speaks on a new connection, in the place of Vert.x' own codec.
   *
   * @param headerBytesMax of one answer
   */
  static void on(HttpConnection connection, int headerBytesMax) {
    if (connection instanceof HttpClientConnectionInternal http) {
      http.channelHandlerContext()
          .pipeline()
          .replace(NAME, NAME, new UpstreamCodec(connection, headerBytesMax));
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise)
      throws Exception {
    if (message instanceof HttpRequest request) {
      method = request.method();
      asked = true;
      sent = false;
    }
    sent |= message instanceof LastHttpContent;
    super.write(ctx, message, promise);
  }

  /** An upstream is woken once for the calls of a turn. */
  @Override
  public void flush(ChannelHandlerContext ctx) {
    turn.flush(ctx);
  }

  private void answered(ChannelHandlerContext ctx, boolean more) {
    asked = false;
    turn.flushWaiting(ctx); // What could have left us is not what an upstream does not take.
    ChannelOutboundBuffer unsent = ctx.channel().unsafe().outboundBuffer();
    if (more || !sent || (unsent != null && unsent.totalPendingWriteBytes() > 0)) {
      end(ctx);
    }
  }

  /** Out of the pool, which Vert.x sees to; then past Vert.x, which would wait for the upstream. */
  private void end(ChannelHandlerContext ctx) {
    if (!ending) {
      ending = true;
      var _ = connection.close();
      var _ = ctx.close();
    }
  }

  private final class Answers extends HttpResponseDecoder {
    private boolean interim;
    private boolean last;

    Answers(int headerBytesMax) {
      super(new HttpDecoderConfig().setMaxHeaderSize(headerBytesMax));
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
      return method.equals(HttpMethod.HEAD) || super.isContentAlwaysEmpty(message);
    }

    /** Netty decodes no further than to the end of an answer in one step. */
    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
        throws Exception {
      if (!asked || ending) {
        in.skipBytes(in.readableBytes());
        end(ctx);
        return;
      }
      int before = out.size();
      super.decode(ctx, in, out);
      for (int i = before; i < out.size(); i++) {
        if (out.get(i) instanceof HttpResponse head) {
          interim = head.status().code() < 200;
          last = !HttpUtil.isKeepAlive(head);
          if (interim && !PASSED_OVER.contains(head.status())) {
            end(ctx);
          }
        }
        if (out.get(i) instanceof LastHttpContent && !interim) {
          answered(ctx, last || in.isReadable());
        }
      }
    }
  }
}
