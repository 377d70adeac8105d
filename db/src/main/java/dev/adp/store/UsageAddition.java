package dev.adp.store;

import static dev.adp.store.Database.sql;

import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Changes usage and all of its sums in one transaction. What statements bring is gathered in a
 * place of the connection and added at the end, all at once: a sum is written once, however many
 * records it sums up, and locked only just before the end.
 */
final class UsageAddition {
  /** What a statement is given at once, all of which both sides hold in memory. */
  private static final int STATEMENT_ROWS = 2_500;

  private static final int STATEMENT_CHARS = 4 << 20;

  private final Database.Tx tx;

  private UsageAddition(Database.Tx tx) {
    this.tx = tx;
  }

  /** Lets the work bring what it has, then adds it. */
  static <T> T in(Database.Tx tx, Function<UsageAddition, T> work) {
    call(tx, "select usage_begin()");
    T result = work.apply(new UsageAddition(tx));
    call(tx, "select usage_add(true)");
    return result;
  }

  private static void call(Database.Tx tx, String function) {
    tx.list(sql.resultQuery(function), row -> true);
  }

  /**
   * Stores records, those of them that are new.
   *
   * @return those that come after their month was dropped, which are not stored
   */
  static List<String> store(Database.Tx tx, List<String> rows) {
    return in(
        tx,
        addition -> {
          var late = new ArrayList<String>();
          for (int i = 0; i < rows.size(); ) {
            List<String> some = some(rows.subList(i, rows.size()));
            String array = UsageRows.array(some);
            if (addition.bring(UsageRows.INSERT, Tuple.of(array)) < some.size()) {
              // Which is rare: most of them are then there already.
              tx.list(UsageRows.LATE, Tuple.of(array), row -> row.getLong(0))
                  .forEach(place -> late.add(some.get(place.intValue() - 1)));
            }
            i += some.size();
          }
          return List.copyOf(late);
        });
  }

  /** Returns how many rows it brought. */
  int bring(String statement, Tuple values) {
    return tx.execute(statement, values);
  }

  /** As many of the first rows as a statement takes, at least one. */
  private static List<String> some(List<String> rows) {
    int count = 0;
    for (int chars = 0; count < rows.size() && count < STATEMENT_ROWS; count++) {
      chars += rows.get(count).length();
      if (count > 0 && chars > STATEMENT_CHARS) {
        break;
      }
    }
    return rows.subList(0, count);
  }
}
