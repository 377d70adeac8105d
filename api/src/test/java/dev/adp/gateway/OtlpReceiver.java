package dev.adp.gateway;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** A receiver of OTLP over HTTP, reading with the protocol's own messages. */
public final class OtlpReceiver implements AutoCloseable {
  private static final long WAIT_S = 20;

  private final HttpServer server;
  private final BlockingQueue<Received> spans = new LinkedBlockingQueue<>();
  private final Queue<String> everything = new ConcurrentLinkedQueue<>();
  private volatile int status = 200;

  /** One span, with what it came with. */
  public record Received(Span span, Resource resource, Map<String, String> headers) {
    /** An attribute that is a text. */
    public String text(String name) {
      return attribute(name).getValue().getStringValue();
    }

    public long number(String name) {
      return attribute(name).getValue().getIntValue();
    }

    public boolean has(String name) {
      return span.getAttributesList().stream().anyMatch(one -> one.getKey().equals(name));
    }

    public KeyValue attribute(String name) {
      return span.getAttributesList().stream()
          .filter(one -> one.getKey().equals(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError(name + " is missing in " + span));
    }
  }

  /** Starts on a free port. */
  public OtlpReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    server.createContext("/v1/traces", this::receive);
    server.start();
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      var in = exchange.getRequestBody();
      boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("content-encoding"));
      byte[] body = gzip ? new GZIPInputStream(in).readAllBytes() : in.readAllBytes();
      if (status == 200) {
        take(body, exchange);
      }
      exchange.getResponseHeaders().set("content-type", "application/x-protobuf");
      exchange.sendResponseHeaders(status, -1);
    }
  }

  private void take(byte[] body, HttpExchange exchange) throws InvalidProtocolBufferException {
    var request = ExportTraceServiceRequest.parseFrom(body);
    everything.add(request.toString());
    Map<String, String> headers =
        exchange.getRequestHeaders().entrySet().stream()
            .collect(
                Collectors.toMap(
                    header -> header.getKey().toLowerCase(Locale.ROOT),
                    header -> header.getValue().getFirst()));
    for (var ofResource : request.getResourceSpansList()) {
      for (var ofScope : ofResource.getScopeSpansList()) {
        for (Span span : ofScope.getSpansList()) {
          spans.add(new Received(span, ofResource.getResource(), headers));
        }
      }
    }
  }

  /** As the base address of a receiver. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** From now on it answers with this status and takes nothing, unless it is 200. */
  public void answers(int newStatus) {
    status = newStatus;
  }

  /** The next span, waiting for it. */
  public Received next() throws InterruptedException {
    Received span = spans.poll(WAIT_S, SECONDS);
    if (span == null) {
      throw new AssertionError("no span was received");
    }
    return span;
  }

  /** All that has come, in words. */
  public String everything() {
    return String.join("\n", everything);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
