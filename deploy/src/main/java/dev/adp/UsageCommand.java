package dev.adp;

import dev.adp.domain.Failure;
import dev.adp.store.UsageRebuild;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;

/**
 * {@code ./adp usage rebuild}: sums days of usage up anew from their records, whether the server
 * runs or not; for records that came past it, and for whoever doubts the sums.
 */
final class UsageCommand {
  private static final String USAGE = "usage: ./adp usage rebuild DAY [LAST_DAY], as 2026-01-31";

  private UsageCommand() {}

  /** Days of UTC, the last one among them. */
  record Days(LocalDate first, LocalDate last) {
    /** Reads what somebody wants; refuses what are no days, or in the wrong order, or to come. */
    static Days of(List<String> arguments, LocalDate today) {
      if (arguments.size() < 2
          || arguments.size() > 3 // The verb and one or two days.
          || !arguments.getFirst().equals("rebuild")) {
        throw new StartFailure(USAGE);
      }
      LocalDate first = day(arguments.get(1));
      LocalDate last = day(arguments.getLast());
      if (last.isBefore(first)) {
        throw new StartFailure("%s is before %s: name the first day first.".formatted(last, first));
      }
      if (last.isAfter(today)) {
        throw new StartFailure("%s is still to come: today is %s in UTC.".formatted(last, today));
      }
      return new Days(first, last);
    }

    private static LocalDate day(String text) {
      try {
        return LocalDate.parse(text);
      } catch (DateTimeParseException _) {
        throw new StartFailure("%s is no day; %s.".formatted(text, USAGE));
      }
    }
  }

  /** Sums up anew, and says of each day when it is done. */
  static void run(Map<String, String> environment, List<String> arguments) {
    Days days = Days.of(arguments, LocalDate.now(ZoneOffset.UTC));
    Config config = Config.of(environment, false);
    try (var opened = new Opened()) {
      String url = InstalledDatabase.url(config, opened);
      var rebuild = new UsageRebuild(InstalledDatabase.open(url, opened));
      days.first()
          .datesUntil(days.last().plusDays(1))
          .forEach(
              day -> {
                rebuild.day(day);
                System.out.println("Summed up anew: " + day);
              });
    } catch (Failure failure) {
      throw new StartFailure(failure.text() + ".");
    }
  }
}
