package dev.adp.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests as Vert.x does, and is stricter in three ways for which neither Vert.x nor Netty
 * has a setting. A header that goes on in the next line is refused with 400: RFC 9112 (section 5.2)
 * lets a server choose, and where two servers on the way choose differently, one sees a header that
 * the other does not. A head that does not arrive in time ends its connection, whichever request of
 * the connection it is of. A connection of HTTP/1.0 has one request: its answer may have no other
 * end than that of the connection, and Vert.x would keep it.
 */
public final class RequestDecoder extends VertxHttpRequestDecoder {
  private static final Pattern KEEP_ALIVE = Pattern.compile("keep-alive", Pattern.CASE_INSENSITIVE);

  private final long headMs;
  private boolean inHead = true;
  private boolean lineEnded;
  private boolean folded;
  private boolean refused;
  private @Nullable Future<?> deadline;

  private RequestDecoder(HttpServerOptions options, long headMs) {
    super(options);
    this.headMs = headMs;
  }

  /**
   * Reads the requests of a new HTTP/1.1 connection from now on, and sends its answers at the end
   * of the loop's turn.
   *
   * @param options of its server
   * @param headMs until a head has arrived: the first from now on, others from their first byte on
   */
  public static void on(HttpConnection connection, HttpServerOptions options, long headMs) {
    if (connection instanceof HttpServerConnection http) {
      ChannelPipeline pipeline = http.channelHandlerContext().pipeline();
      pipeline.replace(
          VertxHttpRequestDecoder.class, "httpDecoder", new RequestDecoder(options, headMs));
      pipeline.addBefore(
          http.channelHandlerContext().name(), "answersTogether", new AnswersTogether());
    }
  }

  /**
   * Ends a connection at once, with all that is still to be written to it: an orderly end would
   * wait for a client that does not read.
   */
  public static void abort(HttpConnection connection) {
    if (connection instanceof HttpServerConnection http) {
      var _ = http.channelHandlerContext().close(); // Past Vert.x, which would wait.
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    super.handlerAdded(ctx);
    await(ctx);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
    arrived();
    super.handlerRemoved0(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    arrived();
    super.channelInactive(ctx);
  }

  /** Netty decodes no further than to the end of a head in one step, nor of a body. */
  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (refused) {
      in.skipBytes(in.readableBytes());
      return;
    }
    int from = in.readerIndex();
    int before = out.size();
    boolean head = inHead;
    super.decode(ctx, in, out);
    if (head) {
      look(in, from, in.readerIndex());
    }
    if (head && out.size() == before && deadline == null && ctx.channel().isActive()) {
      await(ctx);
    }
    for (int i = before; i < out.size(); i++) {
      if (out.get(i) instanceof HttpMessage message) {
        headOf(message);
      }
      if (out.get(i) instanceof LastHttpContent) {
        inHead = true;
        lineEnded = false;
      }
    }
  }

  private void headOf(HttpMessage message) {
    inHead = false;
    arrived();
    if (message.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
      dropKeepAlive(message.headers());
    }
    if (folded && message.decoderResult().isSuccess()) {
      refused = true;
      message.setDecoderResult(
          DecoderResult.failure(new IllegalArgumentException("a header of several lines")));
    }
  }

  /** Whatever else is named there stays named. */
  private static void dropKeepAlive(HttpHeaders headers) {
    List<String> named =
        headers.getAll(HttpHeaderNames.CONNECTION).stream()
            .map(value -> KEEP_ALIVE.matcher(value).replaceAll("close"))
            .toList();
    if (!named.isEmpty()) {
      headers.set(HttpHeaderNames.CONNECTION, named);
    }
  }

  /** From line to line, whose begins alone matter. */
  private void look(ByteBuf in, int from, int to) {
    int at = from;
    while (at < to) {
      byte first = in.getByte(at);
      folded |= lineEnded && (first == ' ' || first == '\t');
      int end = in.indexOf(at, to, (byte) '\n');
      lineEnded = end >= 0;
      at = lineEnded ? end + 1 : to;
    }
  }

  private void await(ChannelHandlerContext ctx) {
    deadline =
        ctx.executor()
            .schedule(
                () -> {
                  if (ctx.channel().config().isAutoRead()) {
                    var _ = ctx.channel().close(); // From the end: what was answered is sent.
                  } else {
                    await(ctx); // It is we who do not read on: a call before it is under way.
                  }
                },
                headMs,
                TimeUnit.MILLISECONDS);
  }

  private void arrived() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }
}
