package dev.adp.e2e;

import io.vertx.core.Future;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Load at a given pace: calls begin when they are due, however slowly others are answered. */
final class BenchLoad {
  private static final int CONNECTIONS_MAX = 4_000;
  private static final long END_S_MAX = 20;
  private static final int CALLERS = 50;

  /** Time for the threads to be there when the first call is due. */
  private static final long START_NANOS = 200_000_000;

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
    return atPace(subject.plain(), GatewayBench.body(false), perSecond, seconds);
  }

  /** Streamed calls, so many a second; how long until the first token of each. */
  static Paced firstTokens(BenchBed.Subject subject, int perSecond, int seconds) {
    return atPace(subject.streaming(), GatewayBench.body(true), perSecond, seconds);
  }

  /** Spread evenly over as many connections as keep the pace easily. */
  private static Paced atPace(BenchBed.Endpoint endpoint, String body, int perSecond, int seconds) {
    long everyNanos = 1_000_000_000L * CALLERS / perSecond;
    int calls = perSecond * seconds / CALLERS;
    long start = System.nanoTime() + START_NANOS;
    try (var threads = Executors.newFixedThreadPool(CALLERS)) {
      List<java.util.concurrent.Future<List<Long>>> running = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        running.add(
            threads.submit(
                new PacedCaller(
                    endpoint, body, start + i * everyNanos / CALLERS, everyNanos, calls)));
      }
      List<Long> times = new ArrayList<>();
      for (var caller : running) {
        times.addAll(caller.get());
      }
      return Paced.of(times);
    } catch (ExecutionException e) {
      System.out.printf("%s does not keep this pace: %s%n", endpoint.url(), e.getCause());
      return Paced.NOT_KEPT;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
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
