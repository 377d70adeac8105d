package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutageReminderTest {
  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5); // It may wrap around.
  private final OutageReminder reminder = new OutageReminder(Duration.ofMinutes(1), nanoTime::get);

  @Test
  void anOutageIsToldAsItBeginsAndThenEveryMinute() {
    assertThat(reminder.isDue()).isTrue();
    assertThat(reminder.isDue()).isFalse();
    pass(Duration.ofSeconds(59));
    assertThat(reminder.isDue()).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(reminder.isDue()).isTrue();
    assertThat(reminder.isDue()).isFalse();
    pass(Duration.ofMinutes(1));
    assertThat(reminder.isDue()).isTrue();
  }

  @Test
  void theNextOutageIsANewOne() {
    assertThat(reminder.isOver()).isFalse();
    assertThat(reminder.isDue()).isTrue();
    assertThat(reminder.isOver()).isTrue();
    assertThat(reminder.isOver()).isFalse();
    assertThat(reminder.isDue()).isTrue();
  }

  private void pass(Duration time) {
    nanoTime.addAndGet(time.toNanos());
  }
}
