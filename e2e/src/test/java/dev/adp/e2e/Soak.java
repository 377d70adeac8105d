package dev.adp.e2e;

import dev.adp.e2e.Calls.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets a gateway that is nothing else work for minutes and watches its resident memory: {@code Soak
 * <minutes> <calls a second>}. Half of the calls are streamed.
 */
final class Soak {
  /** What the documentation promises, in MiB. */
  static final long RESIDENT_MIB_MAX = 300;

  private static final Duration SAMPLE_EVERY = Duration.ofSeconds(5);
  private static final int CALLS_AT_ONCE_MAX = 256;

  private final Fleet fleet;
  private final Calls calls;
  private final Semaphore places = new Semaphore(CALLS_AT_ONCE_MAX);
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong incomplete = new AtomicLong();
  private final List<Long> residentMib = new ArrayList<>();

  private Soak(Fleet fleet) {
    this.fleet = fleet;
    this.calls = fleet.calls();
  }

  /**
   * What was seen.
   *
   * @param residentMib at regular moments, the first a while after the start
   */
  record Result(long calls, long incomplete, List<Long> residentMib) {
    long max() {
      return residentMib.stream().mapToLong(Long::longValue).max().orElseThrow();
    }

    /** The middle of the samples of one fifth of the time, counted from 0. */
    long median(int fifth) {
      int size = residentMib.size();
      List<Long> part =
          residentMib.subList(size * fifth / 5, Math.max(1, size * (fifth + 1) / 5)).stream()
              .sorted()
              .toList();
      return part.get(part.size() / 2);
    }

    @Override
    public String toString() {
      return "%d calls, %d of them not complete; resident memory %d MiB at most, %d %d %d %d %d MiB in each fifth of the time"
          .formatted(
              calls, incomplete, max(), median(0), median(1), median(2), median(3), median(4));
    }
  }

  public static void main(String[] arguments) throws InterruptedException {
    Result result =
        run(Duration.ofMinutes(Long.parseLong(arguments[0])), Integer.parseInt(arguments[1]));
    System.out.println("Soak: " + result);
    System.exit(result.max() <= RESIDENT_MIB_MAX && result.incomplete() == 0 ? 0 : 1);
  }

  /** Runs all of it: the processes, the load, the watching. */
  static Result run(Duration time, int callsPerSecond) throws InterruptedException {
    try (var fleet = Fleet.start()) {
      var soak = new Soak(fleet);
      soak.work(time, callsPerSecond);
      return new Result(soak.sent.get(), soak.incomplete.get(), List.copyOf(soak.residentMib));
    }
  }

  private void work(Duration time, int callsPerSecond) throws InterruptedException {
    try (ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var _ =
          pace.scheduleAtFixedRate(
              () -> callers.execute(this::call),
              0,
              TimeUnit.SECONDS.toMicros(1) / callsPerSecond,
              TimeUnit.MICROSECONDS);
      var _ =
          pace.scheduleAtFixedRate(
              this::sample,
              SAMPLE_EVERY.toMillis(),
              SAMPLE_EVERY.toMillis(),
              TimeUnit.MILLISECONDS);
      boolean _ = pace.awaitTermination(time.toMillis(), TimeUnit.MILLISECONDS);
      pace.shutdownNow();
    }
    sample();
  }

  private void call() {
    if (!places.tryAcquire()) {
      return; // The machine is too slow for this pace: what is measured is memory.
    }
    try {
      boolean stream = sent.incrementAndGet() % 2 == 0;
      if (calls.one(stream) != Outcome.COMPLETE) {
        incomplete.incrementAndGet();
      }
    } finally {
      places.release();
    }
  }

  private void sample() {
    long mib = residentKib(fleet.gateway().pid()) / 1_024;
    residentMib.add(mib);
    System.out.printf("Soak: %d calls, %d MiB%n", sent.get(), mib);
  }

  /** As the operating system counts it, shared pages included. */
  static long residentKib(long pid) {
    try {
      Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", String.valueOf(pid)).start();
      return Long.parseLong(
          new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
