package dev.adp.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.adp.domain.Failure.Unavailable;
import io.vertx.sqlclient.Pool;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What tidies up now and then: a stop of the process is no trouble to tell of. */
class BackgroundThreadsTest {
  private static final Clock CLOCK = new TestClock(Instant.parse("2026-11-24T12:00:00Z"));
  private static final Duration KEPT = Duration.ofDays(30);

  record Row(String what, Class<?> type, Function<Database, AutoCloseable> start) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Row> threads() {
    return Stream.of(
        new Row("audit log", AuditRetention.class, there -> new AuditRetention(there, CLOCK, KEPT)),
        new Row(
            "transcripts",
            TranscriptRetention.class,
            there -> new TranscriptRetention(there, CLOCK, KEPT)),
        new Row(
            "months of usage, while the time is asked for",
            UsageRetention.class,
            there -> new UsageRetention(there, CLOCK, KEPT)),
        new Row(
            "months of usage, while they are made",
            UsageRetention.class,
            there -> new UsageRetention(there, CLOCK, _ -> CLOCK.instant(), KEPT)),
        new Row(
            "signing keys",
            SigningKeyRotation.class,
            there ->
                new SigningKeyRotation(
                        there, MasterKeys.of(MasterKey.ofBase64(MasterKey.generate())), CLOCK, KEPT)
                    .start()));
  }

  @ParameterizedTest
  @MethodSource("threads")
  void aCloseEndsTheThreadAmidItsWorkWithoutAWord(Row row) throws Exception {
    var atWork = new CompletableFuture<Thread>();
    var told = new ListAppender<ILoggingEvent>();
    told.start();
    Logger log = (Logger) LoggerFactory.getLogger(row.type());
    log.addAppender(told);
    try {
      AutoCloseable opened = row.start().apply(new Database(silent(atWork)));
      Thread thread = atWork.get(60, SECONDS);
      opened.close();
      assertThat(thread.join(Duration.ofSeconds(60))).as("it has ended").isTrue();
      assertThat(told.list).isEmpty();
    } finally {
      log.detachAppender(told);
    }
  }

  /** A database that never answers: whoever asks it waits until he is interrupted. */
  private static Pool silent(CompletableFuture<Thread> waiting) {
    return (Pool)
        Proxy.newProxyInstance(
            BackgroundThreadsTest.class.getClassLoader(),
            new Class<?>[] {Pool.class},
            (_, _, _) -> {
              waiting.complete(Thread.currentThread());
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                throw new Unavailable("The database does not answer.", e);
              }
              throw new AssertionError("nobody counts it down");
            });
  }
}
