package dev.adp.e2e;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Load at a given pace: calls begin when they are due, however slowly others are answered. */
final class BenchLoad {
  private static final int CONNECTIONS_MAX = 4_000;
  private static final long END_S_MAX = 20;
  private static final int WARM_UP_CALLS = 50;

  private BenchLoad() {}

  /** Times in milliseconds from the moment when each call was due. */
  record Paced(double p50, double p99) {
    /** Calls piled up until some were not answered at all. */
    static final Paced NOT_KEPT = new Paced(Double.NaN, Double.NaN);

    static Paced of(List<Long> nanos) {
      List<Long> sorted = nanos.stream().sorted().toList();
      return new Paced(at(sorted, 0.5), at(sorted, 0.99));
    }

    private static double at(List<Long> sorted, double share) {
      int index = (int) Math.min(sorted.size() - 1L, Math.round(sorted.size() * share));
      return sorted.get(index) / 1e6;
    }
  }

  /**
   * @param whole streams that came with all of their events
   */
  record Streams(int whole) {}

  /** Plain calls, so many a second; how long until each was answered. */
  static Paced paced(BenchBed.Subject subject, int perSecond, int seconds) {
    return atPace(
        subject.plain(),
        GatewayBench.body(false),
        perSecond,
        seconds,
        answer -> answer.body().mapEmpty());
  }

  /** Streamed calls, so many a second; how long until the first token of each. */
  static Paced firstTokens(BenchBed.Subject subject, int perSecond, int seconds) {
    return atPace(
        subject.streaming(), GatewayBench.body(true), perSecond, seconds, BenchLoad::firstPiece);
  }

  private static Future<Void> firstPiece(HttpClientResponse answer) {
    Promise<Void> first = Promise.promise();
    answer.handler(_ -> first.tryComplete());
    answer.exceptionHandler(first::tryFail);
    return first.future();
  }

  private static Paced atPace(
      BenchBed.Endpoint endpoint,
      String body,
      int perSecond,
      int seconds,
      Function<HttpClientResponse, Future<Void>> awaited) {
    Vertx vertx = Vertx.vertx();
    try {
      HttpClient client = client(vertx);
      for (int i = 0; i < WARM_UP_CALLS; i++) {
        var _ = await(send(client, endpoint, body).compose(HttpClientResponse::body));
      }
      int calls = perSecond * seconds;
      List<Future<Long>> times = new ArrayList<>();
      long start = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        long due = start + i * 1_000_000_000L / perSecond;
        while (System.nanoTime() < due) {
          Thread.onSpinWait();
          if (due - System.nanoTime() > 200_000) {
            LockSupport.parkNanos(100_000);
          }
        }
        times.add(send(client, endpoint, body).compose(awaited).map(_ -> System.nanoTime() - due));
      }
      return Paced.of(times.stream().map(BenchLoad::await).toList());
    } catch (IllegalStateException e) {
      System.out.printf("%s does not keep this pace: %s%n", endpoint.url(), e.getMessage());
      return Paced.NOT_KEPT;
    } finally {
      vertx.close().await();
    }
  }

  /** Holds that many streams open at once. */
  static Streams concurrentStreams(BenchBed.Subject subject, int count) {
    Vertx vertx = Vertx.vertx();
    try {
      HttpClient client = client(vertx);
      List<Future<Boolean>> streams = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        streams.add(
            send(client, subject.lasting(), GatewayBench.body(true))
                .compose(HttpClientResponse::body)
                .map(BenchLoad::isWhole)
                .otherwise(false));
      }
      return new Streams((int) streams.stream().filter(BenchLoad::await).count());
    } finally {
      vertx.close().await();
    }
  }

  private static boolean isWhole(Buffer events) {
    String text = events.toString();
    return text.split("word", -1).length - 1 == BenchUpstream.EVENTS && text.endsWith("[DONE]\n\n");
  }

  /** Median milliseconds of calls with a large JSON body, one after the other. */
  static double largeBody(BenchBed.Subject subject, int bytes, int calls) {
    String body =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
            .formatted(BenchUpstream.MODEL, "x".repeat(bytes));
    Vertx vertx = Vertx.vertx();
    try {
      HttpClient client = client(vertx);
      List<Long> times = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        long start = System.nanoTime();
        var _ = await(send(client, subject.plain(), body).compose(HttpClientResponse::body));
        times.add(System.nanoTime() - start);
      }
      return Paced.of(times).p50();
    } finally {
      vertx.close().await();
    }
  }

  private static HttpClient client(Vertx vertx) {
    return vertx.createHttpClient(
        new HttpClientOptions().setTcpNoDelay(true).setKeepAliveTimeout(30),
        new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX));
  }

  private static Future<HttpClientResponse> send(
      HttpClient client, BenchBed.Endpoint endpoint, String body) {
    URI uri = GatewayBench.chat(endpoint.url());
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(uri.getHost())
            .setPort(uri.getPort())
            .setURI(uri.getPath());
    endpoint.headers().forEach(options::putHeader);
    return client
        .request(options)
        .compose(request -> request.send(body))
        .compose(
            answer ->
                answer.statusCode() == 200
                    ? Future.succeededFuture(answer)
                    : Future.failedFuture(endpoint.url() + " answered " + answer.statusCode()));
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(END_S_MAX, TimeUnit.SECONDS);
    } catch (Exception e) { // The future's own, which no signature tells of.
      throw new IllegalStateException(e);
    }
  }
}
