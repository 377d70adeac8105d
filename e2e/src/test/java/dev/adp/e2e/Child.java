package dev.adp.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of ours with all that it says; it does not outlive this JVM. */
final class Child {
  private static final Duration EXIT_MAX = Duration.ofSeconds(90);

  private final Process process;
  private final Capture out;
  private final Capture err;

  private Child(Process process, Pattern awaited) {
    this.process = process;
    out = new Capture(process.getInputStream(), awaited);
    err = new Capture(process.getErrorStream(), awaited);
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /**
   * Starts a process.
   *
   * @param awaited what it prints on standard output once it is ready
   */
  static Child start(ProcessBuilder builder, Pattern awaited) {
    try {
      return new Child(builder.start(), awaited);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the line that says it is ready. */
  Matcher awaitReady(Duration max) {
    try {
      return out.found.get(max.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException _) {
      process.destroyForcibly();
      throw new AssertionError(
          "the process did not become ready; it said:\n" + out() + "\n" + err());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until it has ended and all that it said is here. */
  int awaitExit() {
    return awaitExit(EXIT_MAX);
  }

  int awaitExit(Duration max) {
    try {
      if (!process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the process did not end; it said:\n" + out() + "\n" + err());
      }
      out.thread.join();
      err.thread.join();
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** SIGTERM. */
  void terminate() {
    process
        .toHandle()
        .destroy(); // Process.destroy would close the pipes: what it still says would be lost.
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  String out() {
    return String.join("\n", out.lines);
  }

  String err() {
    return String.join("\n", err.lines);
  }

  /** Reads a stream to its end, on a thread of its own. */
  private static final class Capture {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Matcher> found = new CompletableFuture<>();
    private final Thread thread;

    Capture(InputStream stream, Pattern awaited) {
      // A virtual thread would keep one of the few carriers while it waits for a pipe.
      thread = Thread.ofPlatform().daemon().start(() -> read(stream, awaited));
    }

    private void read(InputStream stream, Pattern awaited) {
      try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          lines.add(line);
          Matcher matcher = awaited.matcher(line);
          if (matcher.find()) {
            found.complete(matcher);
          }
        }
      } catch (IOException e) {
        lines.add(e.toString());
      }
      found.completeExceptionally(new IllegalStateException("the stream has ended"));
    }
  }
}
