package dev.adp.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands in for AWS STS on loopback: lends numbered keys for an hour to who knows the id. */
public final class FakeSts implements AutoCloseable {
  public static final String EXTERNAL_ID = "ext-1";

  private final Clock clock;
  private final HttpServer server;
  private final AtomicInteger lent = new AtomicInteger();
  private final BlockingQueue<Map<String, String>> seen = new LinkedBlockingQueue<>();
  private volatile boolean down;

  /** Starts on a free port. */
  public FakeSts(Vertx vertx, Clock clock) {
    this.clock = clock;
    server = vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1").await();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  /** From now on, or until called again, it answers nothing but 503. */
  void down(boolean value) {
    down = value;
  }

  /** How many calls nobody has looked at yet. */
  public int seenCount() {
    return seen.size();
  }

  /** The parameters of the next call, waiting for it; {@code authorization} among them. */
  public Map<String, String> seen() throws InterruptedException {
    Map<String, String> next = seen.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("STS was not called");
    }
    return next;
  }

  private void answer(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              Map<String, String> form = form(body.toString());
              form.put("authorization", String.valueOf(request.getHeader("authorization")));
              seen.add(form);
              if (down) {
                request.response().setStatusCode(503).end();
              } else if (!EXTERNAL_ID.equals(form.getOrDefault("ExternalId", EXTERNAL_ID))) {
                request.response().setStatusCode(403).end(DENIED);
              } else {
                request.response().end(lend(form.getOrDefault("Action", "")));
              }
            });
  }

  private String lend(String action) {
    int number = lent.incrementAndGet();
    return """
      <%1$sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%1$sResult><Credentials>
      <AccessKeyId>ASIALENT%2$d</AccessKeyId><SecretAccessKey>lent-secret-%3$d</SecretAccessKey>
      <SessionToken>lent-token-%4$d</SessionToken><Expiration>%5$s</Expiration>
      </Credentials></%1$sResult></%1$sResponse>
      """
        .formatted(action, number, number, number, clock.instant().plus(Duration.ofHours(1)));
  }

  private static Map<String, String> form(String body) {
    Map<String, String> form = new TreeMap<>();
    for (String pair : body.split("&", -1)) {
      int equals = pair.indexOf('=');
      form.put(
          pair.substring(0, equals),
          URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return form;
  }

  @Override
  public void close() {
    server.close().await();
  }

  private static final String DENIED =
      """
      <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
      <Code>AccessDenied</Code><Message>User: arn:aws:iam::111111111111:user/gw is not authorized to
      perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/Bedrock</Message>
      </Error></ErrorResponse>
      """;
}
