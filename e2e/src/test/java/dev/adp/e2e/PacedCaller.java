package dev.adp.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection that calls at fixed times, with as little of its own between the wire and the
 * clock as can be: a client library would take longer than what is measured here.
 */
final class PacedCaller implements Callable<List<Long>> {
  private static final int SO_TIMEOUT_MS = 20_000;

  private final BenchBed.Endpoint endpoint;
  private final byte[] request;
  private final long firstDue;
  private final long everyNanos;
  private final int calls;

  /**
   * @param firstDue by {@link System#nanoTime}
   */
  PacedCaller(BenchBed.Endpoint endpoint, String body, long firstDue, long everyNanos, int calls) {
    this.endpoint = endpoint;
    this.request = request(endpoint, body);
    this.firstDue = firstDue;
    this.everyNanos = everyNanos;
    this.calls = calls;
  }

  private static byte[] request(BenchBed.Endpoint endpoint, String body) {
    URI uri = GatewayBench.chat(endpoint.url());
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    var head = new StringBuilder("POST %s HTTP/1.1\r\n".formatted(uri.getPath()));
    head.append(
        "host: %s:%d\r\ncontent-length: %d\r\n"
            .formatted(uri.getHost(), uri.getPort(), bytes.length));
    endpoint.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    var all = new ByteArrayOutputStream();
    all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    all.writeBytes(bytes);
    return all.toByteArray();
  }

  /** Nanoseconds from the moment when each call was due until the first byte of its body. */
  @Override
  public List<Long> call() throws IOException {
    URI uri = URI.create(endpoint.url());
    List<Long> times = new ArrayList<>();
    try (var socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(SO_TIMEOUT_MS);
      var in = new BufferedInputStream(socket.getInputStream());
      for (int i = 0; i < calls; i++) {
        long due = firstDue + i * everyNanos;
        while (System.nanoTime() - due < 0) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        socket.getOutputStream().write(request);
        times.add(firstByte(in) - due);
      }
    }
    return times;
  }

  /** Reads an answer to its end and says when its body began. */
  private long firstByte(InputStream in) throws IOException {
    String status = line(in);
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException(endpoint.url() + " answered " + status);
    }
    int length = -1;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(header.indexOf(':') + 1).strip());
      }
    }
    in.mark(1);
    int first = in.read();
    long at = System.nanoTime();
    if (first == -1) {
      throw new EOFException(endpoint.url());
    }
    in.reset();
    if (length >= 0) {
      in.skipNBytes(length);
      return at;
    }
    for (int chunk = chunk(in); chunk > 0; chunk = chunk(in)) {
      in.skipNBytes(chunk + 2L);
    }
    line(in);
    return at;
  }

  private static int chunk(InputStream in) throws IOException {
    return Integer.parseInt(line(in).strip(), 16);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b == -1) {
        throw new EOFException("the answer ends in its head");
      }
      line.append((char) b);
    }
    return line.toString().stripTrailing();
  }
}
