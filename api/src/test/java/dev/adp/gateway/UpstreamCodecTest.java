package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.http.Flushes;
import dev.adp.store.StoreExtension;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is written in one turn of the loop leaves together. */
@Timeout(60)
class UpstreamCodecTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private final Flushes flushes = new Flushes();

  private Future<HttpClientResponse> sent(HttpClientRequest call) {
    UpstreamClient.context(call).pipeline().addFirst(flushes);
    call.putHeader(HttpHeaders.CONTENT_LENGTH, "3");
    var _ = call.write(Buffer.buffer("a"));
    var _ = call.write(Buffer.buffer("b"));
    var _ = call.end(Buffer.buffer("c"));
    assertThat(flushes.count).hasValue(0);
    return call.response();
  }

  @Test
  void aHeadAndItsBodyAreSentAtOnce() throws Exception {
    Context loop = store.vertx().getOrCreateContext();
    UpstreamClient client = UpstreamClients.local(store);
    Promise<Buffer> read = Promise.promise();
    try (var upstream = RawUpstream.saying(OK)) {
      var options =
          new RequestOptions()
              .setMethod(HttpMethod.POST)
              .setHost("127.0.0.1")
              .setPort(upstream.port())
              .setURI("/");
      loop.runOnContext(
          _ ->
              client
                  .dial(options, new Credential.None(), Buffer.buffer())
                  .compose(this::sent)
                  .compose(HttpClientResponse::body)
                  .onComplete(read));
      assertThat(read.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS))
          .hasToString("x");
      assertThat(flushes.count).hasValue(1);
    }
  }
}
