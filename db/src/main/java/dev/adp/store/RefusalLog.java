package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.AUDIT_LOG;
import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.adp.domain.AuditEvent.Outcome;
import dev.adp.domain.Origin;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes refusals into the audit log. The first of a kind is a row of its own; the same again
 * within a minute only counts in that row, and past a number of kinds all others share one: a storm
 * cannot flood the log. Telling it never waits: a thread of its own writes, every second.
 */
public final class RefusalLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int KINDS_MAX = 100;
  private static final int TEXT_CHARS_MAX = 200;
  private static final long WRITE_EVERY_MS = 1_000;
  private static final long CLOSE_MS_MAX = 5_000;

  /** What refusals that have no room of their own are counted as. */
  private static final Kind OTHERS = new Kind("", new Origin("several", ""), "several", "");

  private final Database database;
  private final Clock clock;
  private final Object lock = new Object();
  private final Map<Kind, Count> counts = new LinkedHashMap<>();
  private final Map<Total, LongAdder> totals = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  /** Refusals that differ in nothing here are the same again. */
  private record Kind(String actor, Origin origin, String action, String resource) {}

  private static final class Count {
    private final Instant since;
    private Optional<Long> row = Optional.empty();
    private long unwritten;

    Count(Instant since) {
      this.since = since;
    }
  }

  public RefusalLog(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
    this.thread = Thread.ofPlatform().name("adp-refusals").daemon().start(this::run);
  }

  /**
   * A request was refused.
   *
   * @param actor empty when nobody was signed in
   * @param action what was asked for
   * @param resource what it was asked of
   */
  public void refused(String actor, Origin origin, String action, String resource) {
    var kind = new Kind(printable(actor), origin, printable(action), printable(resource));
    totals
        .computeIfAbsent(new Total(origin.surface(), kind.action()), _ -> new LongAdder())
        .increment();
    synchronized (lock) {
      boolean room = counts.containsKey(kind) || counts.size() < KINDS_MAX;
      Count count = counts.computeIfAbsent(room ? kind : OTHERS, _ -> new Count(clock.instant()));
      count.unwritten++;
    }
  }

  /**
   * Refusals since the start: what was asked for is one of our permissions, or to be known at all.
   */
  public record Total(String surface, String action) {}

  public Map<Total, Long> totals() {
    return totals.entrySet().stream()
        .collect(toUnmodifiableMap(Map.Entry::getKey, entry -> entry.getValue().sum()));
  }

  /** What a stranger sends is kept short, and is no trick on whoever reads the log. */
  private static String printable(String text) {
    return text.codePoints()
        .map(
            c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
        .limit(TEXT_CHARS_MAX)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private void run() {
    while (!closed) {
      try {
        TimeUnit.MILLISECONDS.sleep(WRITE_EVERY_MS);
        write();
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("cannot write refusals to the audit log: they are counted and tried again", e);
      }
    }
  }

  /** Writes what was counted since the last time. */
  synchronized void write() {
    for (Map.Entry<Kind, Count> entry : countsNow()) {
      Count count = entry.getValue();
      long taken;
      synchronized (lock) {
        taken = count.unwritten;
      }
      if (taken > 0) {
        count.row = Optional.of(store(entry.getKey(), count, taken));
        synchronized (lock) {
          count.unwritten -= taken;
        }
      }
    }
    forgetTheOld();
  }

  private List<Map.Entry<Kind, Count>> countsNow() {
    synchronized (lock) {
      return List.copyOf(counts.entrySet().stream().map(Map.Entry::copyOf).toList());
    }
  }

  private void forgetTheOld() {
    Instant old = clock.instant().minus(WINDOW);
    synchronized (lock) {
      Iterator<Count> all = counts.values().iterator();
      while (all.hasNext()) {
        Count count = all.next();
        if (count.unwritten == 0 && count.since.isBefore(old)) {
          all.remove();
        }
      }
    }
  }

  private long store(Kind kind, Count count, long times) {
    if (count.row.isPresent()) {
      database.execute(
          sql.update(AUDIT_LOG)
              .set(AUDIT_LOG.REPEATED, AUDIT_LOG.REPEATED.plus(times))
              .where(AUDIT_LOG.ID.eq(count.row.get())));
      return count.row.get();
    }
    return database
        .first(
            sql.insertInto(AUDIT_LOG)
                .set(AUDIT_LOG.AT, Times.of(count.since))
                .set(AUDIT_LOG.ACTOR, kind.actor())
                .set(AUDIT_LOG.SURFACE, kind.origin().surface())
                .set(AUDIT_LOG.ADDRESS, kind.origin().address())
                .set(AUDIT_LOG.ACTION, kind.action())
                .set(AUDIT_LOG.RESOURCE, kind.resource())
                .set(AUDIT_LOG.OUTCOME, Outcome.REFUSED.name())
                .set(AUDIT_LOG.REPEATED, times - 1)
                .returning(AUDIT_LOG.ID),
            row -> row.getLong(0))
        .orElseThrow();
  }

  /** Writes what is left. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(CLOSE_MS_MAX);
      write();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("the last refusals are not in the audit log", e);
    }
  }
}
