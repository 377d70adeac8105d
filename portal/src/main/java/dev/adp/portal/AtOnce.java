package dev.adp.portal;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Several questions to the database for one page, asked at the same time. */
final class AtOnce implements AutoCloseable {
  /** One page shall not have all connections. */
  private static final int QUESTIONS_MAX = 4;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          QUESTIONS_MAX, Thread.ofVirtual().name("adp-page-", 0).factory());

  /**
   * Asks, and goes on.
   *
   * @param question may wait for answers to questions that were asked before it
   * @return waits for the answer, or throws what the question threw
   */
  <T> Supplier<T> ask(Supplier<T> question) {
    Future<T> answer = threads.submit(question::get);
    return () -> of(answer);
  }

  private static <T> T of(Future<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a page was read", e);
    }
  }

  /** Waits for what is still being asked: nothing goes on behind a page's back. */
  @Override
  public void close() {
    threads.close();
  }
}
