package dev.adp.store;

import static dev.adp.store.schema.Tables.USAGE_SUM;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.Field;

/** Whether all sums say the same as the records. */
final class UsageTotals {
  private static final List<String> MEASURES =
      Stream.of(USAGE_SUM.fields())
          .map(Field::getName)
          .filter(name -> !List.of("key_id", "span", "bucket_start").contains(name))
          .toList();

  private UsageTotals() {}

  /** Each cube, by each of its spans, sums up to what the records do; and so do the roll-ups. */
  static void agree(Database database) {
    String records =
        "select "
            + MEASURES.stream().map(UsageTotals::ofRecords).collect(Collectors.joining(", "))
            + " from usage_record";
    String sums = MEASURES.stream().map("sum(%s)"::formatted).collect(Collectors.joining(", "));
    List<String> truth = texts(database, "select (all_of)::text from (" + records + ") as all_of");
    assertThat(texts(database, "select row(%s)::text from usage_rollup".formatted(sums)))
        .as("roll-ups")
        .isEqualTo(truth);
    assertThat(
            texts(
                database,
                """
                select cube || ' by ' || span || ' ' || row(%s)::text
                from usage_sum join usage_key on key_id = usage_key.id
                group by cube, span order by cube, span
                """
                    .formatted(sums)))
        .isEqualTo(
            Stream.of(UsageCube.values())
                .sorted((one, two) -> one.number() - two.number())
                .flatMap(
                    cube ->
                        cube.spans().stream()
                            .filter(span -> span != UsageSpan.QUARTER_HOUR || hasQuarters(cube))
                            .map(UsageSpan::number)
                            .sorted()
                            .map(span -> cube.number() + " by " + span))
                .map(what -> what + " " + truth.getFirst())
                .toList());
  }

  private static boolean hasQuarters(UsageCube cube) {
    return cube.quarters() == UsageCube.Quarters.OWN;
  }

  private static String ofRecords(String measure) {
    return switch (measure) {
      case "requests" -> "count(*)";
      case "failed_requests" -> "count(*) filter (where outcome <> 'OK')";
      case "missing_usage_requests" -> "count(*) filter (where usage_state = 'MISSING')";
      default -> "sum(%s)".formatted(measure);
    };
  }

  static List<String> texts(Database database, String query) {
    return database.list(Database.sql.resultQuery(query), row -> row.getString(0));
  }
}
