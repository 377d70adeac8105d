package dev.adp.store;

import static dev.adp.store.Database.sql;

import dev.adp.store.UsageRows.Portion;
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
  private final Database.Tx tx;

  private UsageAddition(Database.Tx tx) {
    this.tx = tx;
  }

  /** Lets the work bring what it has, then adds it. */
  static <T> T in(Database.Tx tx, Function<UsageAddition, T> work) {
    return in(tx, work, () -> {});
  }

  private static <T> T in(Database.Tx tx, Function<UsageAddition, T> work, Runnable beforeAdding) {
    call(tx, "select usage_begin()");
    T result = work.apply(new UsageAddition(tx));
    beforeAdding.run();
    call(tx, "select usage_add(true)");
    return result;
  }

  private static void call(Database.Tx tx, String function) {
    tx.list(sql.resultQuery(function), row -> true);
  }

  /**
   * Stores records, those of them that are new.
   *
   * @param beforeAdding is run once they are stored and not yet among the sums
   * @return those that come after their month was dropped, which are not stored
   */
  static List<String> store(Database.Tx tx, List<Portion> portions, Runnable beforeAdding) {
    return in(
        tx,
        addition -> {
          var late = new ArrayList<String>();
          for (Portion portion : portions) {
            Tuple array = Tuple.of(portion.array());
            if (addition.bring(portion.insert(), array) < portion.rows().size()) {
              // Which is rare: most of them are then there already.
              tx.list(UsageRows.LATE, array, row -> row.getLong(0))
                  .forEach(place -> late.add(portion.rows().get(place.intValue() - 1).text()));
            }
          }
          return List.copyOf(late);
        },
        beforeAdding);
  }

  /** Returns how many rows it brought. */
  int bring(String statement, Tuple values) {
    return tx.execute(statement, values);
  }
}
